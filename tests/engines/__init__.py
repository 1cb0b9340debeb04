"""The engines are pure: arrays in, arrays out. These tests need neither Django nor a database."""
