"""Rules that hold for the whole tree, whoever adds to it."""
