"""Reading how long ways take now, and what changed on the roads."""
