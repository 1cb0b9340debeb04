"""What people read has its Chinese, in the catalogue of the application that says it; domains inherit these tests."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation.template import templatize

from anning.kernel.contract import registry
from anning.kernel.contract.kinds import Kind, Register
from anning.kernel.contract.module import Module
from anning.kernel.contract.roles import ROLES
from tools.messages import CALLS, LANGUAGE, SOURCES, VALUE

pytestmark = pytest.mark.static
CHINESE = re.compile("[\u4e00-\u9fff]")
NAMES = {"English"}
"""Names that are the same in every language."""
Said = dict[tuple[str, str], str]
"""Context and message, and where it is said."""


def owners() -> list[Path]:
    """The folders that keep a catalogue."""
    return sorted(path.parents[2] for path in SOURCES.rglob(f"locale/{LANGUAGE}/*"))


def owner_of(path: Path) -> Path | None:
    """The nearest folder above a file that keeps a catalogue or is an application."""
    for folder in path.parents:
        if (folder / "locale").is_dir() or (folder / "apps.py").is_file():
            return folder
        if folder == SOURCES:
            return None
    return None


@cache
def said() -> dict[Path | None, Said]:
    """Every message of the product by the folder that owes its translation."""
    found: dict[Path | None, Said] = {}
    for path in sorted(SOURCES.rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
            for context, message, line in messages(path):
                found.setdefault(owner_of(path), {}).setdefault((context, message), f"{path.name}:{line}")
    return found


def messages(path: Path) -> Iterator[tuple[str, str, int]]:
    """The messages of a file with their contexts and lines; those in Chinese already are left out."""
    if path.suffix == ".py":
        source = path.read_bytes()
    elif "templates" in path.parts:
        source = templatize(path.read_text("utf-8"), origin=str(path)).encode()
    else:
        return
    for line, message, _comments, context in extract("python", io.BytesIO(source), keywords=CALLS):
        first = message if isinstance(message, str) else message[0]
        if first and not CHINESE.search(first):
            yield context or "", first, line


@cache
def catalogue(folder: Path) -> dict[tuple[str, str], tuple[list[str], bool]]:
    """What a folder's catalogue holds: the translations of each message, and whether they are uncertain."""
    with (folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po").open("rb") as stream:
        return {
            (message.context or "", one_of(message.id)): (
                [message.string] if isinstance(message.string, str) else list(message.string),
                message.fuzzy,
            )
            for message in read_po(stream, locale=LANGUAGE)
            if message.id
        }


def one_of(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def name(folder: Path | None) -> str:
    return folder.relative_to(SOURCES).as_posix() if folder else "none"


def test_everything_said_belongs_to_an_application_with_a_catalogue() -> None:
    homeless = {where for owner, found in said().items() if owner not in owners() for where in found.values()}
    assert homeless == set(), "make locale/zh_Hans/LC_MESSAGES/django.po beside the apps.py of these"
    assert len(owners()) > 8
    assert sum(map(len, said().values())) > 500, "the search for messages has gone blind"


@pytest.mark.parametrize("folder", owners(), ids=name)
def test_each_message_has_its_translation_where_it_is_said(folder: Path) -> None:
    have, wanted = catalogue(folder), said().get(folder, {})
    assert [f"{where}: {key[1]!r}" for key, where in wanted.items() if key not in have] == []


@pytest.mark.parametrize("folder", owners(), ids=name)
def test_no_translation_is_empty_uncertain_or_of_another_language(folder: Path) -> None:
    wrong = {key: made for key, made in catalogue(folder).items() if made[1] or not all(made[0])}
    assert wrong == {}
    foreign = [key[1] for key, (made, _fuzzy) in catalogue(folder).items() if not CHINESE.search("".join(made))]
    assert [text for text in foreign if re.search("[a-z]{3}", VALUE.sub("", text)) and text not in NAMES] == []


@pytest.mark.parametrize("folder", owners(), ids=name)
def test_no_translation_is_left_over(folder: Path) -> None:
    wanted = said().get(folder, {})
    assert [key[1] for key in catalogue(folder) if key not in wanted and not CHINESE.search(key[1])] == []


def test_one_message_reads_the_same_everywhere_but_by_its_context() -> None:
    """Django joins all catalogues into one: of two translations of a message one would be lost."""
    seen: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for folder in owners():
        for key, (made, _fuzzy) in catalogue(folder).items():
            seen.setdefault(key, set()).add(tuple(made))
    assert {key: made for key, made in seen.items() if len(made) > 1} == {}


def test_no_message_is_put_together_before_it_is_looked_up() -> None:
    wrong = []
    for path in SOURCES.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in CALLS:
                count = 2 if "ngettext" in call.func.id else 1
                start = 1 if call.func.id.startswith("pgettext") else 0
                if not all(isinstance(given, ast.Constant) for given in call.args[start : start + count]):
                    wrong.append(f"{path.relative_to(SOURCES)}:{call.lineno}")
    assert wrong == []


def declared(module: Module) -> Iterator[object]:
    """Every text a module declares for people to read."""
    yield module.title
    for kind in module.kinds:
        yield from _of_kind(kind)
    for register in module.registers:
        yield from _titles(register)
    for each in (*module.layers, *module.importers, *(page for page in module.pages if page.title)):
        yield each.title
    for indicator in module.indicators:
        yield from (text for text in (indicator.title, indicator.unit, indicator.caveat) if text)
    yield from (rule.reason for rule in module.retention)


def _of_kind(kind: Kind) -> Iterator[object]:
    yield from _titles(kind)
    for each in (*kind.clocks, *kind.table.states, *kind.table.transitions):
        yield each.title


def _titles(shelf: Kind | Register) -> Iterator[object]:
    yield from (shelf.title, shelf.plural)
    yield from (field.title for field in shelf.fields)


@pytest.mark.parametrize("module", registry.modules(), ids=lambda module: module.code)
def test_what_a_module_declares_is_read_in_ones_own_language(module: Module) -> None:
    with translation.override("zh-hans"):
        assert [str(text) for text in declared(module) if not CHINESE.search(str(text))] == []
    with translation.override("en"):
        assert [str(text) for text in declared(module) if CHINESE.search(str(text))] == []


def test_roles_are_named_in_ones_own_language() -> None:
    with translation.override("zh-hans"):
        assert all(CHINESE.search(str(role.title)) for role in ROLES)
