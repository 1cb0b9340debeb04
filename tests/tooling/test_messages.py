"""Catalogues are compiled whole or not at all, and what they lack is found."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest

from tools import messages

pytestmark = pytest.mark.static


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    return path


def test_a_catalogue_is_compiled(catalogue: Path) -> None:
    catalogue.write_text('msgid "incident"\nmsgstr "警情"\n\n#, fuzzy\nmsgid "unit"\nmsgstr "单位"\n', "utf-8")
    messages.compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as stream:
        found = gettext.GNUTranslations(stream)
    assert found.gettext("incident") == "警情"
    assert found.gettext("unit") == "unit", "an uncertain translation is not shown"


def test_a_broken_catalogue_leaves_the_old_one(catalogue: Path) -> None:
    catalogue.write_text('msgid "a"\nmsgstr "b"\n', "utf-8")
    messages.compile_catalogue(catalogue)
    before = catalogue.with_suffix(".mo").read_bytes()
    catalogue.write_text('msgid "a"\nmsgstr "b"\nwhatever\n', "utf-8")
    with pytest.raises(ValueError, match=r"django\.po: not a readable catalogue"):
        messages.compile_catalogue(catalogue)
    assert catalogue.with_suffix(".mo").read_bytes() == before


def test_messages_are_found_in_code() -> None:
    code = (
        b'a = _("one")\nb = ngettext("%(n)s two", "%(n)s twos", n)\nc = pgettext("verb", "three")\nd = other("four")\n'
    )
    assert list(messages.in_code(io.BytesIO(code))) == [("one", 1), ("%(n)s two", 2), ("three", 3)]


def test_messages_are_found_in_templates(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    block = "{% blocktranslate trimmed %}\n  two\n  three {{ x }}\n{% endblocktranslate %}"
    path.write_text('{% load i18n %}{% translate "one" %}\n' + block)
    assert [text for text, _line in messages.in_template(path)] == ["one", "two three %(x)s"]


def test_what_is_missing_names_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "translated", lambda: {"one": "一"})
    monkeypatch.setattr(messages, "used", lambda: {"one": "a.py:1", "two": "b.py:2", "三": "c.py:3"})
    assert messages.missing() == ["b.py:2: two"]


def test_a_translation_that_drops_a_value_is_found(catalogue: Path) -> None:
    catalogue.write_text('msgid "%(unit)s left at %(time)s"\nmsgstr "%(unit)s 已离开"\n', "utf-8")
    assert messages.mismatched(catalogue) == ["django.po: %(unit)s left at %(time)s"]


def test_translations_keep_their_values() -> None:
    assert [wrong for path in messages.catalogues() for wrong in messages.mismatched(path)] == []


def test_every_catalogue_of_the_product_can_be_read(tmp_path: Path) -> None:
    found = messages.catalogues()
    assert found
    assert len(messages.translated()) > 100


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["explain"]) == 2
    assert "usage" in capsys.readouterr().err
