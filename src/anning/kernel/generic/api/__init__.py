"""The JSON API every kind of work and register gets by being declared."""
