"""Who is told live of what: every event × every role × our own county and another; domains inherit these tests."""

from __future__ import annotations

import json

import pytest

from anning.gateway.live.watchers import encode
from anning.gateway.live.who import audience_of
from anning.kernel.access.scope import Scope
from anning.kernel.access.selectors import viewer_of
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.contract.roles import ROLES
from anning.kernel.work.models import Event
from anning.kernel.work.selectors.items import visible
from anning.kernel.work.selectors.live import LiveEvent, admits, events_after, live_scopes
from tests.contracts.walking import County

pytestmark = pytest.mark.django_db
EVERY_ROLE = [role.code for role in ROLES]
PERSONAL = ("王某", "10012345678")
"""What the callers of the walk's county left of themselves."""


def scopes(county: County, role: str) -> dict[str, Scope]:
    """What the county's holder of a role may be told, as the feed works it out from their cookies."""
    cookies = county.client(role).cookies.output(header="", sep=";")
    audience = audience_of(cookies)
    assert audience is not None
    return dict(audience)


def of(county: County) -> list[LiveEvent]:
    """The events about a county."""
    return [event for event in events_after(0, 10_000) if event.area_code.startswith(county.code)]


def test_the_walk_makes_events_of_every_kind_and_topic(counties) -> None:
    told = set(Event.objects.values_list("topic", flat=True))
    assert {f"work.{kind.code}" for kind in registry.kinds()} <= told
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds <= {kind.code for kind in registry.kinds()}, "an event of no kind reaches nobody"
    for county in counties:
        assert {event.kind for event in of(county)} == {kind.code for kind in registry.kinds()}


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_nothing_of_another_county_is_told(counties, role: str) -> None:
    home, away = counties
    assert of(away)
    assert encode(scopes(home, role), of(away)) == b""


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_of_ones_own_county_exactly_what_exists_for_one_is_told(counties, role: str) -> None:
    """The newest event of an item is told to whom its page exists, and to nobody else."""
    home, _away = counties
    seer, heard = viewer_of(home.people[role]), scopes(home, role)
    newest = {event.body["number"]: event for event in of(home) if event.topic.startswith("work.")}
    assert len(newest) >= len(home.items)
    for kind in registry.kinds():
        seen = {item.number for item in visible(seer, kind)}
        told = {number for number, event in newest.items() if event.kind == kind.code and admits(heard, event)}
        assert told <= seen, "told of what does not exist for them"
        if role in kind.may[VIEW] and role not in ("unit", "partner"):
            assert told == seen & set(newest)


def test_a_unit_and_a_partner_hear_of_what_they_are_sent_to(counties) -> None:
    home, _away = counties
    busy, joint = home.items["busy"].number, home.items["joint"].number
    assert any(event.body.get("number") == busy for event in of(home) if admits(scopes(home, "unit"), event))
    assert any(event.body.get("number") == joint for event in of(home) if admits(scopes(home, "partner"), event))


@pytest.mark.parametrize("cookies", ["", "anning_session=forged", "anning_session=", "a=b; anning_session=x; c"])
def test_who_is_not_signed_in_is_told_nothing(counties, cookies: str) -> None:
    assert audience_of(cookies) is None


def test_who_may_no_longer_sign_in_is_told_nothing(counties) -> None:
    home, _away = counties
    who = home.people["supervisor"]
    cookies = home.client("supervisor").cookies.output(header="", sep=";")
    who.is_active = False
    who.save()
    assert audience_of(cookies) is None


def test_no_event_holds_anything_personal(counties) -> None:
    text = json.dumps(list(Event.objects.values_list("body", flat=True)), ensure_ascii=False)
    assert len(text) > 1000
    assert not any(word in text for word in PERSONAL)


def test_a_kind_nobody_declares_is_told_to_nobody() -> None:
    gone = LiveEvent(1, "work.gone", "gone", "", (), (), {})
    everything = {kind.code: Scope(areas=frozenset({""})) for kind in registry.kinds()}
    assert not admits(everything, gone)
    assert live_scopes(viewer_of(None)) == {kind.code: Scope() for kind in registry.kinds()}
