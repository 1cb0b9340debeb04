"""OGC API Features: work and map layers for geographic systems, within what exists for who asks."""
