"""From rows of the database to what the templates show."""
