"""Everything that reads work, within what exists for the viewer."""
