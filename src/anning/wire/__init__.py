"""Pure codecs: bytes to values and back; no Django, no I/O."""
