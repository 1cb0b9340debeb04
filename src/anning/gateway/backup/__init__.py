"""Backup and restore of everything an installation holds, save its keys."""
