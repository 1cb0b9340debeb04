"""Getting a demonstration city ready: schema, city, recent weeks behind it, people on duty."""
