"""Tests of the scripts in tools/: what a newcomer's first command stands on."""
