"""Scopes: what admits says in memory and what the filter finds in the database are the same."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.kernel.access.scope import NOBODY, Grant, Scope, Viewer
from anning.kernel.access.selectors import viewer_of
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.contract.roles import ROLES, Reach
from anning.kernel.org.models import Membership
from anning.kernel.work.models import Item, Share, Task
from anning.kernel.work.selectors.items import involved, visible
from tests.factories import NOW, agency, incident, on_duty, unit, user

AREAS = ["", "3302", "330203", "330203001", "330225", "330225001", "330225001001"]
GRANTS = st.builds(
    Grant,
    role=st.sampled_from([role.code for role in ROLES]),
    agency_id=st.integers(1, 3),
    area_code=st.sampled_from(AREAS),
    kinds=st.sampled_from([frozenset(), frozenset({"incident"}), frozenset({"matter"})]),
    unit_id=st.sampled_from([None, 1, 2]),
)


@given(st.lists(GRANTS, max_size=4))
def test_every_grant_reaches_as_far_as_its_role_and_no_farther(grants: list[Grant]) -> None:
    kind = registry.kind("incident")
    scope = Viewer(1, "x", tuple(grants)).scope(kind, VIEW)
    reach = {role.code: role.reach for role in ROLES}
    held = [grant for grant in grants if grant.role in kind.may[VIEW] and grant.covers("incident")]
    assert scope.areas == {g.area_code for g in held if reach[g.role] is Reach.AREA}
    assert scope.agencies == {g.agency_id for g in held if reach[g.role] is Reach.AGENCY}
    assert scope.units == {g.unit_id for g in held if reach[g.role] is Reach.UNIT and g.unit_id}
    assert bool(scope) is bool(scope.areas or scope.agencies or scope.units)


def test_nobody_sees_nothing() -> None:
    assert not NOBODY.scope(registry.kind("incident"), VIEW)
    assert not Scope().admits("330203", [1], [1])


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(GRANTS, max_size=3))
def test_the_filter_finds_exactly_what_is_admitted(some_items: list[Item], grants: list[Grant]) -> None:
    ids = {1: agency("first").pk, 2: agency("second").pk, 3: 10**6}
    units = dict(zip((1, 2), Task.objects.order_by("pk").values_list("unit_id", flat=True), strict=False))
    real = tuple(Grant(g.role, ids[g.agency_id], g.area_code, g.kinds, units.get(g.unit_id or 0)) for g in grants)
    kind, seer = registry.kind("incident"), Viewer(1, "x", real)
    scope = seer.scope(kind, VIEW)
    expected = {item.pk for item in some_items if scope.admits(item.area_code, *involved(item))}
    assert set(visible(seer, kind).values_list("pk", flat=True)) == expected


@pytest.fixture
def some_items() -> list[Item]:
    items = [incident(area_code=area) for area in AREAS if area != "3302"]
    Share.objects.create(item=items[0], agency=agency("first"), at=NOW)
    Item.objects.filter(pk=items[1].pk).update(agency_id=agency("second").pk)
    for item in items[2:4]:
        Task.objects.create(item=item, unit=unit(agency("second")), assigned_at=NOW)
    return list(Item.objects.order_by("pk"))


@pytest.mark.django_db
class TestViewerOf:
    """From users to viewers."""

    def test_parts_begin_and_end(self) -> None:
        who = user("dispatcher", "330203")
        Membership.objects.update(starts_at=NOW, ends_at=NOW + timedelta(days=1))
        assert viewer_of(who, NOW).roles() == {"dispatcher"}
        assert not viewer_of(who, NOW - timedelta(seconds=1)).grants
        assert not viewer_of(who, NOW + timedelta(days=1)).grants

    def test_somebody_inactive_is_nobody(self) -> None:
        who = user()
        who.is_active = False
        who.save()
        assert viewer_of(who, NOW) is NOBODY
        assert viewer_of(None) is NOBODY

    def test_a_person_in_two_agencies_has_both_parts(self) -> None:
        who = user("dispatcher", "330203", agency("police"))
        Membership.objects.create(user=who, agency=agency("rescue"), role="partner")
        seer = viewer_of(who, NOW)
        scope = seer.scope(registry.kind("incident"), VIEW)
        assert scope.areas == {"330203"}
        assert scope.agencies == {agency("rescue").pk}

    def test_a_unit_sees_the_work_of_the_unit_it_serves_in_now(self) -> None:
        home, other = unit(), unit()
        who = user("unit", "", in_unit=home)
        kind = registry.kind("incident")
        assert viewer_of(who, NOW).scope(kind, VIEW).units == {home.pk}
        on_duty(who, in_unit=other)
        assert viewer_of(who, NOW).scope(kind, VIEW).units == {other.pk}
