"""Two people, two workers, a kill in between: one wins, the other is told; each breach is told once."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.contract import registry
from anning.kernel.work.errors import ConflictError
from anning.kernel.work.models import Alert, Change, Clock, Item
from anning.kernel.work.selectors.items import since
from anning.kernel.work.services import breaches
from anning.kernel.work.services.breaches import tick
from anning.kernel.work.services.items import act, edit, note
from tests.factories import HOME, NOW, incident, on_duty, user, viewer
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("committed")


def test_of_two_conflicting_moves_one_wins_and_the_other_learns_what_happened() -> None:
    item = incident()
    close = partial(act, viewer("dispatcher"), item.number, "close", version=1, reason="已处置")
    change = partial(edit, viewer("supervisor"), item.number, {"priority": 1}, version=1)
    results = at_once(close, change, close, change)
    assert sum(isinstance(result, Item) for result in results) == 1
    lost = [result for result in results if isinstance(result, ConflictError)]
    assert len(lost) == 3
    item.refresh_from_db()
    assert item.version == 2
    assert {(error.number, error.seen, error.current) for error in lost} == {(item.number, 1, 2)}
    assert [change.verb in ("close", "edit") for change in since(item, lost[0].seen)] == [True]
    assert Change.objects.filter(item=item).count() == 2
    assert not list(verify())


def test_remarks_at_once_are_all_kept() -> None:
    item = incident()
    results = at_once(*(partial(note, viewer(), item.number, f"第{n}条") for n in range(6)))
    assert not [result for result in results if isinstance(result, Exception)]
    rows = Change.objects.filter(item=item, verb="note").order_by("version")
    assert [row.version for row in rows] == [2, 3, 4, 5, 6, 7]
    assert {row.reason for row in rows} == {f"第{n}条" for n in range(6)}


def test_two_workers_tell_each_breach_once() -> None:
    told = user("dispatcher", HOME)
    on_duty(told)
    items = [incident(priority=1) for _ in range(8)]
    results = at_once(*(partial(tick, NOW + timedelta(seconds=90)) for _ in range(3)))
    assert sum(results) == len(items)
    assert Alert.objects.count() == len(items)
    assert Change.objects.filter(verb="breach").count() == len(items)
    assert Entry.objects.filter(action="breach").count() == len(items)


def test_a_breach_told_while_somebody_acts_breaks_neither() -> None:
    on_duty(user("dispatcher", HOME))
    items = [incident(priority=1) for _ in range(6)]

    def close_all() -> None:
        for item in items:
            act(viewer("dispatcher"), item.number, "close", version=None, reason="已处置")

    results = at_once(close_all, partial(tick, NOW + timedelta(seconds=90)), close_all_notes(items))
    assert not [result for result in results if isinstance(result, Exception)]
    for item in items:
        item.refresh_from_db()
        versions = list(Change.objects.filter(item=item).order_by("version").values_list("version", flat=True))
        assert versions == list(range(1, item.version + 1))
    assert not Clock.objects.filter(stopped_at=None).exists()


def close_all_notes(items: list[Item]) -> partial:
    """A job that adds a remark to each item."""
    return partial(list, (note(viewer(), item.number, "在途") for item in items))


def test_a_worker_killed_between_telling_and_writing_it_down_tells_once(monkeypatch: pytest.MonkeyPatch) -> None:
    on_duty(user("dispatcher", HOME))
    incident(priority=1)

    class Killed(BaseException):
        """What no handler catches."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(breaches, "record", killed)
        with pytest.raises(Killed):
            tick(NOW + timedelta(seconds=90))
    assert not Alert.objects.exists()
    assert tick(NOW + timedelta(seconds=91)) == 1
    assert tick(NOW + timedelta(seconds=92)) == 0
    assert Alert.objects.count() == 1


def test_what_waits_for_an_item_is_what_it_is_now_not_what_it_was_read_as() -> None:
    item = incident()
    kind = registry.kind(item.kind)
    act(viewer("dispatcher"), item.number, "close", version=1, reason="已处置")
    with pytest.raises(ConflictError, match=item.number):
        edit(Viewer(1, "x", viewer("dispatcher").grants), item.number, {"title": "迟"}, version=1)
    assert kind.table.by_code["closed"].final
    assert connection.vendor in ("sqlite", "postgresql")
