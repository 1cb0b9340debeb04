"""Handing events to open pages: scope, batching, a slow browser."""

import json

from hypothesis import given
from hypothesis import strategies as st

from anning.gateway.live.watchers import BACKLOG, RESET, Watcher, Watchers, encode
from anning.kernel.access.scope import Scope
from anning.kernel.work.selectors.live import LiveEvent

AREAS = ["", "330203", "330203001", "330225", "330225002001"]


def event(pk: int, area: str = "330203", kind: str = "incident", agencies: tuple[int, ...] = ()) -> LiveEvent:
    return LiveEvent(pk, f"work.{kind}", kind, area, agencies, (), {"number": f"JQ{pk}"})


def decoded(chunk: bytes) -> list[dict[str, object]]:
    line = next(line for line in chunk.decode().splitlines() if line.startswith("data: "))
    return json.loads(line[6:])


def audience(*areas: str, kind: str = "incident") -> frozenset[tuple[str, Scope]]:
    return frozenset({(kind, Scope(areas=frozenset(areas)))})


def test_a_batch_is_encoded_with_the_last_id_and_only_what_is_admitted() -> None:
    scopes = {"incident": Scope(areas=frozenset({"330203"}))}
    chunk = encode(scopes, [event(1), event(2, area="330225"), event(3)])
    assert chunk.startswith(b"id: 3\n")
    assert [message["number"] for message in decoded(chunk)] == ["JQ1", "JQ3"]


def test_nothing_is_sent_where_nothing_is_admitted() -> None:
    assert encode({"incident": Scope(areas=frozenset({"330225"}))}, [event(1)]) == b""
    assert encode({}, [event(1)]) == b""


def test_an_agency_that_takes_part_is_told_wherever_the_item_is() -> None:
    scopes = {"incident": Scope(agencies=frozenset({7}))}
    assert encode(scopes, [event(1, agencies=(7,))])
    assert not encode(scopes, [event(1, agencies=(8,))])


@given(
    st.lists(st.sampled_from(AREAS), max_size=12),
    st.lists(st.sets(st.sampled_from(AREAS[1:]), min_size=1), min_size=1, max_size=6),
)
def test_each_watcher_gets_exactly_what_its_scope_admits(areas: list[str], scopes: list[set[str]]) -> None:
    watchers = Watchers()
    listening = [Watcher(audience(*scope)) for scope in scopes]
    for watcher in listening:
        watchers.add(watcher)
    events = [event(number, area) for number, area in enumerate(areas, 1)]
    watchers.tell(events)
    for watcher, scope in zip(listening, scopes, strict=True):
        expected = [e.pk for e in events if any(e.area_code.startswith(prefix) for prefix in scope)]
        got = [] if watcher.queue.empty() else [message["id"] for message in decoded(watcher.queue.get_nowait())]
        assert got == expected


def test_a_browser_too_far_behind_is_told_to_load_anew() -> None:
    watcher = Watcher(audience("330203"))
    for number in range(BACKLOG):
        watcher.offer(b"%d" % number)
    watcher.offer(b"one too many")
    assert watcher.queue.get_nowait() == RESET
    assert watcher.queue.empty()


def test_watchers_are_counted_and_leave() -> None:
    watchers = Watchers()
    first, second = Watcher(audience("330203")), Watcher(audience("330203"))
    watchers.add(first)
    watchers.add(second)
    assert len(watchers) == 2
    watchers.remove(first)
    watchers.remove(first)
    watchers.tell([event(1)])
    assert len(watchers) == 1
    assert first.queue.empty()
    assert second.queue.qsize() == 1
