"""EIDO: an incident handed to another agency as one object, and taken from one."""
