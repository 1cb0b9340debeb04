"""What people say and write is put in everywhere; it stands where it may, and after every retention it is nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.db import connection

from anning.domains.calls.models import Category, Route
from anning.domains.calls.services import joint, matters
from anning.domains.calls.services.intake import Intake, take_call
from anning.gateway.chores import purge_all
from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.selectors import verify
from anning.kernel.importing.models import Reject
from anning.kernel.importing.selectors import importer, mapping_for
from anning.kernel.importing.services import run_import
from anning.kernel.search.services import index
from anning.kernel.search.store import newest
from anning.kernel.work.models import Item
from anning.kernel.work.services import files, retention
from anning.kernel.work.services.items import act, edit, note
from anning.kernel.work.services.retention import drop_old_events
from tests import factories
from tests.contracts import reviewed
from tests.contracts.walking import forget
from tests.factories import HOME, NOW, viewer

pytestmark = pytest.mark.django_db
WORD = "quillfeather"
"""What everybody says, in letters that JSON does not escape."""
LATER = NOW + timedelta(days=20 * 365)
COLUMNS = {
    (model._meta.db_table, field.column): f"{model._meta.label}.{field.name}"
    for model in apps.get_models()
    for field in model._meta.concrete_fields
}
SEGMENTS = "search_terms_data"
"""SQLite's own pages of the search index: what was taken out of it stays there, unfound, until they are merged."""


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> Path:
    """Files and uploads of the test alone."""
    settings.DATA_DIR = tmp_path / "data"
    place = FileSystemStorage(location=tmp_path / "files")
    monkeypatch.setattr(files, "default_storage", place)
    monkeypatch.setattr(retention, "default_storage", place)
    return tmp_path


@pytest.fixture
def said(tmp_path: Path) -> None:
    """A city in which the word was said, written, corrected, attached and imported."""
    factories.city()
    agency = factories.agency("hotline")
    for code, by in (("public", "police"), ("life", "livelihood")):
        Category.objects.create(code=code, name=code, name_en=code, level=1, handled_by=by)
    Route.objects.create(area_code=HOME, category="life", agency=agency)
    forget()
    event, matter = taken("public"), taken("life")
    worked_on(event, matter, agency.code)
    index()
    rows = f"40.1,-75.3,x,,EMS: {WORD},{WORD} 10012345678,T,{WORD},1\n"
    log = tmp_path / "log.csv"
    log.write_text(rows)
    calls = importer("calls")
    assert run_import(SYSTEM, calls, log, mapping_for(calls, log, "montgomery_911")).rejected == 1


def taken(category: str) -> Item:
    """A call of which every text is the word."""
    fields = dict.fromkeys(("narrative", "caller_name", "caller_phone", "caller_note"), f"{WORD} 10012345678")
    intake = Intake(f"taken-{category}", category, NOW, lon=121.2, lat=29.5, **fields)
    return take_call(viewer("call_taker"), intake, now=NOW)[0].item


def worked_on(event: Item, matter: Item, agency: str) -> None:
    """Every verb that takes words, on an incident with a joint task and on a livelihood matter; all closed."""
    chief = viewer("supervisor")
    note(chief, event.number, WORD, now=NOW)
    edit(chief, event.number, {"priority": 1}, version=None, reason=WORD, now=NOW)
    files.attach(chief, event.number, f"{WORD}.txt", WORD.encode(), now=NOW)
    joint.ask(chief, event.number, [agency], WORD, version=None)
    matters.route(chief, matter.number, agency, version=None)
    act(chief, matter.number, "accept", version=None, now=NOW)
    matters.finish(chief, matter.number, WORD, version=None)
    for item in Item.objects.filter(closed_at=None).order_by("-pk"):
        Item.objects.filter(pk=item.pk).update(state="closed", closed_at=NOW)


def holding() -> Iterator[tuple[str, str]]:
    """Table and column of every cell of the database in which the word stands in plain."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((table, name) for name, cell in zip(names, row, strict=True) if WORD in _text(cell))


def _text(cell: object) -> str:
    whole = bytes(cell) if isinstance(cell, memoryview) else cell
    return (whole.decode("utf-8", "replace") if isinstance(whole, bytes) else str(whole)).lower()


def fields() -> set[str]:
    """The fields in which the word stands in plain, tables of no model by their name."""
    return {COLUMNS.get(cell, cell[0]) for cell in holding()}


def test_words_stand_only_where_a_person_found_them_right(said: None) -> None:
    found = {name for name in fields() if not name.startswith("search_")}
    assert {"calls.Call.narrative", "work.Change.reason", "work.Attachment.name"} <= found, "the test says too little"
    assert not sorted(found - set(reviewed.WORDS)), "seal these, or end them and say so in reviewed.WORDS"


def test_after_every_retention_no_word_is_left_anywhere(said: None, store: Path) -> None:
    assert Reject.objects.count() == 1
    assert newest([WORD], [], None, 10), "the test looks for what was never found"
    gone = purge_all(LATER)
    drop_old_events(LATER)
    index()
    assert gone["importing.Reject"] == 1
    assert gone["people.Contact"] == 2
    assert not sorted(fields() - {SEGMENTS})
    assert not newest([WORD], [], None, 10)
    assert not [path for path in (store / "files").rglob("*") if path.is_file()]
    assert not list(verify())
