"""CAP 1.2: warnings to the public out, as a feed and documents; warnings of others in, as calls."""
