"""What is kept only for a while: the feed, the words and files of old work."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.contract import registry
from anning.kernel.people.models import Deletion
from anning.kernel.work.models import Attachment, Change, Event, Item
from anning.kernel.work.services import files, retention
from anning.kernel.work.services.items import act, edit, note
from anning.kernel.work.services.retention import drop_old_events, purge_words
from tests.factories import NOW, incident, viewer

pytestmark = pytest.mark.django_db
KEPT = timedelta(days=registry.kind("incident").retention_days)
WORDS = ("张某醉倒路边", "已送回家", "照片一张", "新标题")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = FileSystemStorage(location=tmp_path)
    monkeypatch.setattr(files, "default_storage", place)
    monkeypatch.setattr(retention, "default_storage", place)
    return tmp_path


def closed(text: str = "现场照片") -> Item:
    item = incident()
    note(viewer(), item.number, WORDS[0], now=NOW)
    edit(viewer(), item.number, {"title": WORDS[3]}, version=None, now=NOW)
    files.attach(viewer(), item.number, WORDS[2], text.encode(), now=NOW)
    return act(viewer(), item.number, "close", version=None, reason=WORDS[1], now=NOW)


def test_words_and_files_go_when_their_time_is_over_and_the_moves_stay(store: Path) -> None:
    item = closed()
    assert purge_words(NOW + KEPT - timedelta(seconds=1)) == 0
    assert purge_words(NOW + KEPT) == 1
    item.refresh_from_db()
    assert item.purged_at == NOW + KEPT
    assert not Attachment.objects.exists()
    assert not [path for path in store.rglob("*") if path.is_file()]
    rows = Change.objects.filter(item=item).order_by("version")
    assert [row.verb for row in rows] == ["open", "note", "edit", "attach", "close"]
    assert not [word for word in WORDS for row in rows if word in f"{row.reason}{row.data}"]
    proof = Deletion.objects.get()
    assert (proof.model, proof.count, proof.first_id) == ("work.item.words", 1, item.pk)
    assert Entry.objects.filter(action="delete").count() == 1
    assert not list(verify())
    assert purge_words(NOW + KEPT + timedelta(days=1)) == 0


def test_no_words_people_wrote_are_in_the_trail_which_is_never_shortened() -> None:
    closed()
    held = "".join(f"{entry.body}{entry.purpose}{entry.action}" for entry in Entry.objects.all())
    assert not [word for word in WORDS if word in held]


def test_a_file_another_item_still_holds_stays(store: Path) -> None:
    closed("同一张")
    other = incident()
    files.attach(viewer(), other.number, "x", "同一张".encode(), now=NOW)
    purge_words(NOW + KEPT)
    assert len([path for path in store.rglob("*") if path.is_file()]) == 1


def test_open_work_and_work_closed_lately_keeps_its_words() -> None:
    waiting = incident()
    note(viewer(), waiting.number, "在等", now=NOW)
    act(viewer(), closed().number, "reopen", version=None, reason="再看", now=NOW)
    assert purge_words(NOW + 10 * KEPT) == 0
    assert Change.objects.filter(verb="note", reason="在等").exists()


def test_a_worker_ends_so_many_at_a_time_and_the_rest_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ITEMS", 2)
    for number in range(5):
        closed(f"{number}")
    assert purge_words(NOW + KEPT, most=2) == 2
    assert purge_words(NOW + KEPT, most=None) == 3
    assert [proof.count for proof in Deletion.objects.order_by("pk")] == [2, 2, 1]


def test_live_events_older_than_a_day_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for hours in (50, 40, 30, 25, 23, 1):
        Event.objects.create(at=NOW - timedelta(hours=hours), topic="t", kind="incident")
    assert drop_old_events(NOW) == 4
    assert Event.objects.count() == 2
    assert drop_old_events(NOW) == 0
