"""Every kind of work, every state, every verb, every role: the table decides, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.contract import registry
from anning.kernel.contract.clocks import ALWAYS, WORKDAYS
from anning.kernel.contract.kinds import VIEW, Kind
from anning.kernel.contract.roles import ROLE_BY_CODE, ROLES, Reach
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Clock, Event, Item
from anning.kernel.work.selectors.items import timeline, verbs_for
from anning.kernel.work.services.items import act
from tests.factories import AWAY, HOME, NOW, agency, viewer, work

KINDS = list(registry.kinds())
ROLE_CODES = [role.code for role in ROLES]
VERBS = sorted({move.verb for kind in KINDS for move in kind.table.transitions} | {"fly"})
WALKS = st.lists(st.tuples(st.sampled_from(ROLE_CODES), st.sampled_from(VERBS), st.booleans()), max_size=14)


def opened(kind: Kind, state: str = "") -> Item:
    """An item of the kind, owned by an agency; put into `state` by hand, as no product code may."""
    item = work(kind.code, agency_id=agency("police").pk)
    if state:
        Item.objects.filter(pk=item.pk).update(state=state)
        item.refresh_from_db()
    _detail(kind, item)
    return item


def _detail(kind: Kind, item: Item) -> None:
    from django.apps import apps

    model: Any = apps.get_model(kind.detail) if kind.detail else None
    needed = (
        [f for f in model._meta.concrete_fields if f.is_relation and not f.null and f.name != "item"] if model else []
    )
    if model and not needed:
        model.objects.create(item=item)


def seen_by(role: str, area: str = HOME) -> Viewer:
    """Somebody of the role over the item's county, of the agency that owns the item."""
    return viewer(role, area, agency("police").pk, unit_id=10**9)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_state_times_verb_times_role(kind: Kind) -> None:
    for state in kind.table.by_code:
        item = opened(kind, state)
        for role in ROLE_CODES:
            for verb in VERBS:
                with transaction.atomic():
                    check_move(kind, item, state, role, verb)
                    transaction.set_rollback(True)


def check_move(kind: Kind, item: Item, state: str, role: str, verb: str) -> None:
    """One verb in one state by one role: done exactly when the table has it for the role, and fully traced."""
    move = kind.table.find(state, verb)
    who, before = seen_by(role), Entry.objects.count()
    there = role in kind.may[VIEW] and ROLE_BY_CODE[role].reach is not Reach.UNIT
    legal = there and move is not None and not move.internal and role in move.who
    what = (kind.code, state, role, verb)
    try:
        moved = act(who, item.number, verb, version=item.version, reason="因", now=NOW + timedelta(minutes=1))
    except NotVisibleError:
        assert not there, what
        return
    except RefusedError:
        assert not legal, what
        assert Entry.objects.count() == before, what
        return
    assert legal, what
    assert move is not None
    assert moved.state == kind.table.target_of(state, move).code, what
    assert (moved.closed_at is not None) == kind.table.by_code[moved.state].final or moved.state == state, what
    row = timeline(moved).last()
    assert row is not None
    assert (row.version, row.verb, row.old, row.new, row.reason) == (moved.version, verb, state, moved.state, "因"), (
        what
    )
    assert Entry.objects.count() == before + 1, what
    assert Event.objects.order_by("-pk").values_list("body__version", flat=True)[0] == moved.version, what


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_buttons_are_the_moves_the_role_may_make(kind: Kind) -> None:
    for state in kind.table.by_code:
        item = opened(kind, state)
        for role in ROLE_CODES:
            reach = ROLE_BY_CODE[role].reach is not Reach.UNIT
            offered = [move.verb for move in verbs_for(seen_by(role), item)]
            legal = [m.verb for m in kind.table.from_state(state) if not m.internal and role in m.who and reach]
            assert offered == legal, (state, role)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_move_that_needs_a_reason_is_refused_without_one_and_from_another_county_it_does_not_exist(
    kind: Kind,
) -> None:
    for move in kind.table.transitions:
        if move.internal:
            continue
        item = opened(kind, move.sources[0])
        role = next(code for code in ROLE_CODES if code in move.who and ROLE_BY_CODE[code].reach is not Reach.UNIT)
        if move.needs_reason:
            with pytest.raises(RefusedError):
                act(seen_by(role), item.number, move.verb, version=None, reason=" ", now=NOW)
        stranger = Viewer(5, "x", tuple(g.__class__(g.role, 10**6, AWAY) for g in seen_by(role).grants))
        with pytest.raises(NotVisibleError):
            act(stranger, item.number, move.verb, version=None, reason="因", now=NOW)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(KINDS), WALKS)
def test_whatever_people_try_timeline_clocks_and_trail_tell_one_story(kind: Kind, walk: list[tuple]) -> None:
    item, now = opened(kind), NOW
    for role, verb, reasoned in walk:
        now += timedelta(minutes=7)
        try:
            act(seen_by(role), item.number, verb, version=None, reason="因" if reasoned else "", now=now)
        except (RefusedError, NotVisibleError):
            continue
    item.refresh_from_db()
    rows = list(Change.objects.filter(item=item).order_by("version"))
    assert [row.version for row in rows] == list(range(1, item.version + 1))
    assert [row.old for row in rows[1:]] == [row.new for row in rows[:-1]]
    assert rows[-1].new == item.state
    assert (item.closed_at is not None) == kind.table.by_code[item.state].final
    assert Entry.objects.filter(subject=f"work.item:{item.pk}").count() == len(rows)
    check_clocks(kind, item, [row.new for row in rows])
    assert not list(verify())


def check_clocks(kind: Kind, item: Item, states: list[str]) -> None:
    """Each clock runs, stands or has stopped as its rule says of the states passed; the item shows the next limit."""
    for rule in kind.clocks:
        running, paused = False, False
        for before, state in zip(["", *states], states, strict=False):
            if before == state:
                continue
            if not running:
                running, paused = state in rule.starts, False
            elif state in rule.stops or kind.table.by_code[state].final:
                running = False
            else:
                paused = state in rule.pauses
        clock = Clock.objects.filter(item=item, code=rule.code, stopped_at=None).first()
        assert (clock is not None) == running, rule.code
        if clock:
            assert (clock.paused_at is not None) == paused
            assert (clock.due_at is None) == paused
    dues = Clock.objects.filter(item=item, stopped_at=None, due_at__isnull=False).values_list("due_at", flat=True)
    assert item.due_at == min(dues, default=None)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_what_a_kind_declares_hangs_together(kind: Kind) -> None:
    states = set(kind.table.by_code)
    for rule in kind.clocks:
        assert rule.starts <= states
        assert rule.stops <= states
        assert rule.pauses <= states
        assert not rule.starts & rule.stops
        assert rule.calendar in (ALWAYS, WORKDAYS)
        assert {rung.role for rung in rule.ladder} <= set(ROLE_BY_CODE)
        assert [rung.after_s for rung in rule.ladder] == sorted(rung.after_s for rung in rule.ladder)
        assert all(seconds > 0 for seconds in rule.limit_s.values())
    for move in kind.table.transitions:
        assert move.who <= set(ROLE_BY_CODE), move.verb
        assert move.who, move.verb
    assert set().union(*kind.may.values()) <= set(ROLE_BY_CODE)
    assert kind.retention_days > 0
