"""Same-event proposals, merging and undoing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from anning.domains.calls.selectors.proposals import Asked, proposals
from anning.domains.calls.services import merging, units
from anning.domains.calls.services.proposals import propose_new
from anning.kernel.audit.models import Entry
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Clock, Item, Link
from anning.kernel.work.models.link import LinkState

from .conftest import FIRST, MOON_LAKE, World


def near(world: World, **fields: object) -> tuple[Item, Item]:
    """Two calls that are one event: older and newer."""
    now = timezone.now()
    first = world.call(received_at=now - timedelta(minutes=3))
    second = world.call(
        received_at=now - timedelta(minutes=2), lon=MOON_LAKE[0] + 0.0004, **{"address": "月湖西岸", **fields}
    )
    return first, second


def proposed(world: World) -> tuple[Link, Item, Item]:
    older, newer = near(world)
    assert propose_new() == 1
    return Link.objects.get(), older, newer


def again(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


class TestAsked:
    def asked(self, **fields: object) -> Asked:
        plain = {"category": "public.fight", "received_at": FIRST, "lon": MOON_LAKE[0], "lat": MOON_LAKE[1]}
        return Asked(**{**plain, **fields})  # type: ignore[arg-type]

    def test_near_in_place_time_and_category(self, world: World) -> None:
        item = world.call()
        (found,) = proposals(world.viewer("taker"), self.asked())
        assert found.item.pk == item.pk
        assert 0.65 <= found.score <= 1
        assert found.reasons["distance_m"] == 0

    @pytest.mark.parametrize(
        "fields",
        [
            {"lon": MOON_LAKE[0] + 0.05},
            {"received_at": FIRST + timedelta(hours=2)},
            {"category": "life.noise", "lon": MOON_LAKE[0] + 0.0015},
            {"lon": None, "lat": None},
        ],
    )
    def test_what_is_far_is_not_proposed(self, world: World, fields: dict[str, object]) -> None:
        world.call()
        assert proposals(world.viewer("taker"), self.asked(**fields)) == []

    def test_related_categories_come_from_the_database(self, world: World) -> None:
        world.call()
        (found,) = proposals(world.viewer("taker"), self.asked(category="public.noise"))
        assert found.reasons["category"] == pytest.approx(0.9)

    def test_nothing_of_another_county_is_proposed(self, world: World) -> None:
        world.call()
        assert proposals(world.viewer("elsewhere"), self.asked()) == []

    def test_closed_incidents_are_not_proposed(self, world: World) -> None:
        from anning.kernel.work.services.items import act

        item = world.call()
        act(world.viewer("dispatcher"), item.number, "close", version=item.version, reason="误报")
        assert proposals(world.viewer("taker"), self.asked()) == []


class TestMerge:
    def test_the_newer_goes_into_the_older_and_both_calls_stay(self, world: World) -> None:
        link, older, newer = proposed(world)
        assert (link.source_id, link.target_id) == (newer.pk, older.pk)
        before = Entry.objects.count()
        merging.merge(world.viewer("dispatcher"), link.pk)
        assert (again(newer).state, again(older).state) == ("merged", "new")
        assert again(newer).closed_at is not None
        assert (newer.calls.count(), older.calls.count()) == (1, 1)
        assert Entry.objects.count() == before + 1
        assert not Clock.objects.filter(item=newer, stopped_at=None).exists()

    def test_the_older_takes_the_more_urgent_priority(self, world: World) -> None:
        older, _newer = near(world, priority=1)
        propose_new()
        merging.merge(world.viewer("dispatcher"), Link.objects.get().pk)
        assert again(older).priority == 1

    def test_undo_lets_it_wait_again(self, world: World) -> None:
        link, _older, newer = proposed(world)
        merging.merge(world.viewer("dispatcher"), link.pk)
        merging.unmerge(world.viewer("dispatcher"), link.pk, reason="看错了")
        assert (again(newer).state, again(newer).closed_at) == ("new", None)
        assert Link.objects.get().state == LinkState.UNDONE
        assert Clock.objects.filter(item=newer, code="assign", stopped_at=None).exists()

    def test_and_merge_once_more(self, world: World) -> None:
        link, _older, newer = proposed(world)
        desk = world.viewer("dispatcher")
        merging.merge(desk, link.pk)
        merging.unmerge(desk, link.pk)
        merging.merge(desk, link.pk)
        assert again(newer).state == "merged"

    def test_units_out_on_the_newer_refuse_it_and_are_named(self, world: World) -> None:
        link, _older, newer = proposed(world)
        units.assign(world.viewer("dispatcher"), newer.number, ["海曙01"], version=again(newer).version)
        with pytest.raises(RefusedError, match="海曙01"):
            merging.merge(world.viewer("dispatcher"), link.pk)
        assert (again(newer).state, Link.objects.get().state) == ("assigned", LinkState.PROPOSED)

    def test_a_closed_older_one_refuses_it(self, world: World) -> None:
        from anning.kernel.work.services.items import act

        link, older, _newer = proposed(world)
        act(world.viewer("dispatcher"), older.number, "close", version=again(older).version, reason="误报")
        with pytest.raises(RefusedError, match=older.number):
            merging.merge(world.viewer("dispatcher"), link.pk)

    def test_rejected_stays_rejected(self, world: World) -> None:
        link, _older, _newer = proposed(world)
        merging.reject(world.viewer("dispatcher"), link.pk)
        assert propose_new() == 0
        assert Link.objects.get().state == LinkState.REJECTED

    def test_undoing_what_is_not_merged(self, world: World) -> None:
        link, _older, newer = proposed(world)
        with pytest.raises(RefusedError, match=newer.number):
            merging.unmerge(world.viewer("dispatcher"), link.pk)

    def test_stale_versions_conflict(self, world: World) -> None:
        link, _older, newer = proposed(world)
        seen = again(newer).version
        world.call(join=newer.number)
        with pytest.raises(ConflictError):
            merging.merge(world.viewer("dispatcher"), link.pk, version=seen)

    @pytest.mark.parametrize("who", ["elsewhere", "auditor"])
    def test_links_out_of_scope_do_not_exist(self, world: World, who: str) -> None:
        link, _older, _newer = proposed(world)
        for verb in (merging.merge, merging.reject, merging.unmerge):
            with pytest.raises(NotVisibleError):
                verb(world.viewer(who), link.pk)

    def test_who_may_only_read_may_not_decide(self, world: World) -> None:
        link, _older, _newer = proposed(world)
        with pytest.raises(RefusedError):
            merging.merge(world.viewer("analyst"), link.pk)


class TestMergeInto:
    def test_a_person_merges_what_no_rule_proposed(self, world: World) -> None:
        first, second = world.call(), world.call(lon=121.45, lat=29.75)
        link = merging.merge_into(
            world.viewer("dispatcher"), second.number, first.number, version=second.version, reason="同一报警人"
        )
        assert (link.state, again(second).state) == (LinkState.ACCEPTED, "merged")

    def test_not_into_itself(self, world: World) -> None:
        item = world.call()
        with pytest.raises(RefusedError):
            merging.merge_into(world.viewer("dispatcher"), item.number, item.number, version=item.version, reason="")

    def test_not_into_what_does_not_exist(self, world: World) -> None:
        item = world.call()
        with pytest.raises(NotVisibleError):
            merging.merge_into(world.viewer("dispatcher"), item.number, "JQ9", version=item.version, reason="")
        assert again(item).state == "new"
