"""Everything that writes work: items and their moves, clocks, tasks, links, files."""
