"""The glossary says what the models, roles and states call themselves, in both languages, and leaves none out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from django.apps import apps
from django.utils import translation

from anning.kernel.contract import registry
from anning.kernel.contract.roles import ROLES
from anning.kernel.contract.text import Text

TEXT = (Path(__file__).resolve().parents[2] / "GLOSSARY.md").read_text()


def section(title: str) -> dict[str, tuple[str, str]]:
    """The rows of one table: code to (Chinese, English)."""
    part = TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("| ")
    ]
    return {row[2].strip("`"): (row[0], row[1]) for row in rows[1:]}


def both(text: Text) -> tuple[str, str]:
    """A text in Chinese and in English."""
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(str(text))
    return said[0], said[1]


def test_every_record_is_there_and_called_as_the_model_calls_itself() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("anning.")]
    assert section("Records") == {model._meta.label: both(model._meta.verbose_name) for model in ours}


def test_every_role_and_every_state() -> None:
    assert section("Roles") == {role.code: both(role.title) for role in ROLES}
    states = {f"{kind.code}.{s.code}": both(s.title) for kind in registry.kinds() for s in kind.table.states}
    assert section("States") == states


def test_one_word_for_one_thing() -> None:
    for place in (0, 1):
        twice = [
            word for word, count in Counter(row[place] for row in section("Records").values()).items() if count > 1
        ]
        assert not twice


def test_every_record_is_chinese_in_chinese() -> None:
    plain = [code for code, (chinese, english) in section("Records").items() if chinese == english]
    assert not plain
