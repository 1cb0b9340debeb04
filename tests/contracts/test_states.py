"""Every kind × state × verb × role: what is forbidden leaves nothing, what is allowed one row of each trail."""

from typing import Any

import pytest

from anning.kernel.audit.models import Entry
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import Kind
from anning.kernel.contract.roles import ROLES, Reach
from anning.kernel.contract.states import State, StateTable, Transition
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Change, Event, Item, Share, Task
from anning.kernel.work.services.items import Draft, act, open_item
from tests.factories import HOME, NOW, agency, unit, viewer

pytestmark = pytest.mark.django_db


def verbs(kind: Kind) -> list[str]:
    return [*sorted({move.verb for move in kind.table.transitions}), "no-such-verb"]


def seen_by(role: Any, item: Item) -> Any:
    """A viewer of the role for whom the item exists, by area, agency or unit."""
    crew = Task.objects.filter(item=item).first()
    return viewer(role.code, HOME, agency("answering").pk, crew.unit_id if crew else None)


@pytest.mark.parametrize("kind", list(registry.kinds()), ids=lambda kind: kind.code)
def test_the_table_decides(kind: Kind) -> None:
    item = open_item(viewer("supervisor"), kind, Draft(title="x", area_code=HOME, opened_at=NOW), now=NOW)
    Share.objects.create(item=item, agency=agency("answering"), at=NOW)
    Task.objects.create(item=item, unit=unit(agency("answering")), assigned_at=NOW)
    walked = 0
    for state in kind.table.states:
        for verb in verbs(kind):
            for role in ROLES:
                Item.objects.filter(pk=item.pk).update(state=state.code, closed_at=NOW if state.final else None)
                walked += _one(kind, item, state, verb, role)
    assert walked == len(kind.table.states) * len(verbs(kind)) * len(ROLES)


def _one(kind: Kind, item: Item, state: State, verb: str, role: Any) -> int:
    seer = seen_by(role, item)
    move = kind.table.find(state.code, verb)
    may_see = role.code in kind.may["view"]
    before = (Change.objects.count(), Entry.objects.count(), Event.objects.count())
    try:
        act(seer, item.number, verb, version=None, reason="a reason", now=NOW)
    except (RefusedError, LookupError):
        allowed = False
    else:
        allowed = True
    after = (Change.objects.count(), Entry.objects.count(), Event.objects.count())
    legal = bool(move and not move.internal and role.code in move.who and may_see)
    if allowed:
        assert legal, f"{kind.code}: {role.code} did {verb} in {state.code}"
        assert tuple(b - a for a, b in zip(before, after, strict=True)) == (1, 1, 1)
        item.refresh_from_db()
        assert item.state == (kind.table.target_of(state.code, move).code if move else None)
    else:
        assert not legal or (move is not None and move.guard is not None), (
            f"{kind.code}: {role.code} was refused {verb} in {state.code}"
        )
        assert before == after
    return 1


def test_roles_reach_as_declared() -> None:
    assert {role.reach for role in ROLES} == set(Reach)


@pytest.mark.parametrize(
    ("states", "moves", "said"),
    [
        (("a",), [("a", "x", "b")], "unknown state 'b'"),
        (("a", "b"), [("a", "x", "a")], r"\['b'\] cannot be reached"),
        (("a", "b"), [("a", "x", "b"), ("a", "x", "a")], "two moves 'x' leave the state 'a'"),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    states: tuple[str, ...], moves: list[tuple[str, str, str]], said: str
) -> None:
    rows = tuple(Transition((source,), verb, target, verb, frozenset()) for source, verb, target in moves)
    with pytest.raises(ValueError, match=said):
        StateTable(tuple(State(code, code) for code in states), rows)
