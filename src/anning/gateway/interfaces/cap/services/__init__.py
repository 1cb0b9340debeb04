"""Warning the public, and taking warnings of others in."""
