"""Everything that writes in the `calls` domain."""
