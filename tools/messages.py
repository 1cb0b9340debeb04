"""Compile message catalogues and list what they lack; run with the virtual environment's Python."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "anning"
VALUE = re.compile(r"%\(\w+\)[sd]|%[sd]")
LANGUAGE = "zh_Hans"
CALLS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
CALLS |= {"ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2), "gettext_noop": None}


def catalogues() -> list[Path]:
    """Return every catalogue (.po) of the source tree."""
    return sorted(SOURCES.rglob("locale/*/LC_MESSAGES/*.po"))


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


def translated(language: str = LANGUAGE) -> dict[str, str]:
    """Return the translations of every catalogue of `language`: message to translation, empty ones left out."""
    found: dict[str, str] = {}
    for path in catalogues():
        if path.parent.parent.name != language:
            continue
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language):
                single = message.id if isinstance(message.id, str) else message.id[0]
                text = message.string if isinstance(message.string, str) else "".join(message.string or ())
                if single and text and not message.fuzzy:
                    found[single] = text
    return found


def mismatched(source: Path) -> list[str]:
    """Return the messages of a catalogue whose translation names other values (`%(name)s`) than they do.

    A plural message is compared by its plural: a singular may leave the number out.
    """
    wrong = []
    with source.open("rb") as stream:
        for message in read_po(stream):
            text = message.id if isinstance(message.id, str) else message.id[-1]
            strings = [message.string] if isinstance(message.string, str) else message.string or ()
            for string in filter(None, strings):
                if text and set(VALUE.findall(text)) != set(VALUE.findall(string)):
                    wrong.append(f"{source.name}: {text}")
    return wrong


def in_template(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each message of a Django template with its line."""
    from django.utils.translation.template import templatize

    text = templatize(path.read_text("utf-8"), origin=str(path))
    yield from in_code(io.BytesIO(text.encode()))


def in_code(stream: io.BytesIO) -> Iterator[tuple[str, int]]:
    """Yield each message of Python source with its line."""
    for line, message, _comments, _context in extract("python", stream, keywords=CALLS):
        yield (message if isinstance(message, str) else str(message[0])), line


def used() -> dict[str, str]:
    """Return every message the product shows, with the first place (`file:line`) that shows it."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    found: dict[str, str] = {}
    for path in sorted(SOURCES.rglob("*")):
        if path.suffix == ".py":
            messages = in_code(io.BytesIO(path.read_bytes()))
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            messages = in_template(path)
        else:
            continue
        for message, line in messages:
            found.setdefault(message, f"{path.relative_to(ROOT)}:{line}")
    return found


def missing() -> list[str]:
    """Return `file:line: message` for each message without a Chinese translation; Chinese ones need none."""
    have = translated()
    lacking = {message: where for message, where in used().items() if message and message not in have}
    return [f"{where}: {text}" for text, where in lacking.items() if not re.search("[\u4e00-\u9fff]", text)]


def main(arguments: list[str]) -> int:
    """Carry out `compile [FILE.po …]` or `missing`; return the exit code."""
    if arguments[:1] == ["missing"]:
        lines = missing()
        print("\n".join(lines) if lines else "every message has its translation")
        return 1 if lines else 0
    if arguments[:1] != ["compile"]:
        print("usage: messages.py compile [FILE.po …] | missing", file=sys.stderr)
        return 2
    for source in [Path(name) for name in arguments[1:]] or catalogues():
        try:
            compile_catalogue(source)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
