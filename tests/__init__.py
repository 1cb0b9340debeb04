"""The tests of Anning; the folders mirror `src/anning`."""
