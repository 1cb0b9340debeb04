"""Links: proposed once, decided by a person, undone again; on both timelines and in the trail."""

from datetime import datetime

import pytest

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.models import Entry
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.module import LinkKind, Module
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Item, Link
from anning.kernel.work.models.link import LinkState
from anning.kernel.work.services import links
from tests.factories import AWAY, HOME, NOW, incident, viewer

pytestmark = pytest.mark.django_db
P, A, R, U = LinkState.PROPOSED, LinkState.ACCEPTED, LinkState.REJECTED, LinkState.UNDONE
LEGAL = {(P, A), (P, R), (R, A), (A, U), (U, A)}


def proposed(one: Item | None = None, other: Item | None = None) -> Link:
    with writing():
        return links.propose("follows", one or incident(), other or incident(), 0.8, {"metres": 40}, NOW)


@pytest.mark.parametrize("state", LinkState.values)
@pytest.mark.parametrize("target", [A, R, U])
def test_every_state_times_every_decision(state: str, target: str) -> None:
    link = proposed()
    Link.objects.filter(pk=link.pk).update(state=state)
    if (state, target) in LEGAL:
        done = links.decide(viewer("dispatcher"), link.pk, target, reason="同一事件", now=NOW)
        assert (done.state, done.decided_at, done.decided_by) == (target, NOW, "dispatcher")
    else:
        with pytest.raises(RefusedError):
            links.decide(viewer("dispatcher"), link.pk, target, now=NOW)
        assert Link.objects.get().state == state


def test_a_link_is_proposed_once_and_keeps_its_score() -> None:
    first = proposed()
    with writing():
        again = links.propose("follows", first.source, first.target, 0.1, {}, NOW)
    assert (again.pk, again.score, again.reasons) == (first.pk, 0.8, {"metres": 40})


def test_a_decision_stands_on_both_timelines_and_once_in_the_trail() -> None:
    link = proposed()
    links.decide(viewer("dispatcher"), link.pk, A, now=NOW)
    rows = Change.objects.filter(verb="link-accepted").order_by("item_id")
    assert [row.item_id for row in rows] == [link.source_id, link.target_id]
    assert [row.data["with"] for row in rows] == [link.target.number, link.source.number]
    assert Entry.objects.filter(action="link-accepted", subject=f"work.item:{link.source_id}").count() == 1


def test_a_link_to_an_item_of_another_county_does_not_exist() -> None:
    link = proposed(incident(area_code=HOME), incident(area_code=AWAY))
    for area in (HOME, AWAY):
        with pytest.raises(NotVisibleError):
            links.decide(viewer("dispatcher", area), link.pk, A)
    with pytest.raises(NotVisibleError):
        links.decide(viewer("dispatcher"), 10**9, A)


def test_a_role_that_may_not_link_is_refused() -> None:
    with pytest.raises(RefusedError):
        links.decide(viewer("analyst"), proposed().pk, A)
    assert Link.objects.get().state == P


def test_a_decision_on_a_source_changed_meanwhile_is_a_conflict() -> None:
    link = proposed()
    seen = link.source.version
    links.decide(viewer("dispatcher"), link.pk, R, version=seen)
    with pytest.raises(ConflictError) as told:
        links.decide(viewer("dispatcher"), link.pk, A, version=seen)
    assert (told.value.number, told.value.seen, told.value.current) == (link.source.number, seen, seen + 1)
    assert Link.objects.get().state == R


def test_a_kind_a_domain_declares_is_decided_by_its_service(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def service(_seer: Viewer, link_id: int, state: str, *, version: int, reason: str, now: datetime) -> Link:
        asked.append((link_id, state, version, reason, now))
        return Link.objects.get(pk=link_id)

    def declared(code: str) -> LinkKind:
        return LinkKind(code, f"{__name__}.service")

    monkeypatch.setattr(registry, "link_kind", declared)
    monkeypatch.setitem(globals(), "service", service)
    link = proposed()
    assert links.decide(viewer("dispatcher"), link.pk, A, version=7, reason="一事", now=NOW).state == P
    assert asked == [(link.pk, A, 7, "一事", NOW)]
    assert not Change.objects.filter(verb="link-accepted").exists()


def test_two_domains_may_not_declare_one_link_kind() -> None:
    twice = [Module(code, code, links=(LinkKind("follows", "a.b"),)) for code in ("one", "two")]
    with pytest.raises(ValueError, match=r"link kinds share the code \['follows'\]"):
        registry.check_unique(twice)
