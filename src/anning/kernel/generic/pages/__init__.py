"""The pages every kind of work and register gets by being declared."""
