"""What the templates of the `calls` domain show, made from what the selectors read."""
