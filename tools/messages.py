"""Compile message catalogues and list what they lack; run with the virtual environment's Python."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_catalogue(source: Path) -> None:
    """Write the `.mo` beside `source` (.po); the old one stays whole until the new one is complete.

    Raises:
        ValueError: the catalogue cannot be read; the message names the file and the line.
    """
    with source.open("rb") as stream:
        try:
            catalogue = read_po(stream, locale=source.parent.parent.name, abort_invalid=True)
        except Exception as error:
            raise ValueError(f"{source}: not a readable catalogue ({error})") from error
    target = source.with_suffix(".mo")
    partial = target.with_suffix(".mo.partial")
    with partial.open("wb") as stream:
        write_mo(stream, catalogue)
    partial.replace(target)


def main(arguments: list[str]) -> int:
    """Compile the catalogues named, all below `src` if none is."""
    if not arguments or arguments[0] != "compile":
        print("usage: messages.py compile [FILE.po …]", file=sys.stderr)
        return 2
    sources = [Path(name) for name in arguments[1:]] or sorted((ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po"))
    for source in sources:
        try:
            compile_catalogue(source)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
