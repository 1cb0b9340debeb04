"""Files of dispatch and of placing posts, text ↔ arrays: formats in ``docs/reference/dispatch-files.md``."""
