"""The hand-made pages of the `calls` domain: thin views over its services and selectors."""
