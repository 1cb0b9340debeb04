"""Everything that reads in the `calls` domain, within the viewer's scope."""
