"""Livelihood matters: routed by the city's rules, carried by an agency, ended with an outcome."""

import pytest

from anning.domains.calls.models import Matter, Route
from anning.domains.calls.selectors.routing import responsible, responsible_for
from anning.domains.calls.services import matters
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Agency
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Alert, Clock, Item, Share
from anning.kernel.work.services.items import act

from .conftest import HAISHU, World


@pytest.fixture
def item(world: World) -> Item:
    return world.call(category="life.noise")


def again(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def routed(world: World, item: Item) -> Item:
    return matters.route(world.viewer("taker"), item.number, version=again(item).version)


class TestRoutes:
    def test_the_longest_area_then_the_longest_category_wins(self, world: World) -> None:
        grid, station = (Agency.objects.create(code=c, name=c, kind="grid") for c in ("grid", "station"))
        Route.objects.create(area_code=HAISHU, category="", agency=station)
        Route.objects.create(area_code=HAISHU, category="life.noise", agency=grid)
        assert responsible("330203002001", "life.noise") == grid
        assert responsible("330203002001", "life.other") == station
        assert responsible("330225", "life.noise") == world.agencies["12345"]
        assert responsible("330225", "public.fight") is None
        asked = [("330203002001", "life.noise"), ("330203002001", "life.other"), ("330225", "public.fight")]
        assert responsible_for([*asked, asked[0]]) == [grid, station, None, grid]
        assert responsible("330203", "life.noisette") == station

    def test_then_the_lowest_order(self, world: World) -> None:
        first, second = (Agency.objects.create(code=c, name=c, kind="grid") for c in ("b", "a"))
        Route.objects.create(area_code=HAISHU, category="life", agency=second, order=2)
        Route.objects.create(area_code=HAISHU, category="life", agency=first, order=1)
        assert responsible(HAISHU, "life.noise") == first


class TestRoute:
    def test_by_the_rules_of_the_city(self, world: World, item: Item) -> None:
        before = Entry.objects.count()
        after = routed(world, item)
        assert (after.state, after.agency_id) == ("routed", world.agencies["12345"].pk)
        assert Share.objects.filter(item=item, agency=world.agencies["12345"]).exists()
        assert set(Clock.objects.filter(item=item, stopped_at=None).values_list("code", flat=True)) == {
            "accept",
            "settle",
        }
        assert Entry.objects.count() == before + 1

    def test_the_agency_on_duty_is_told_once(self, world: World, item: Item) -> None:
        routed(world, item)
        assert list(Alert.objects.filter(item=item).values_list("user__username", flat=True)) == ["partner"]

    def test_to_an_agency_named(self, world: World, item: Item) -> None:
        after = matters.route(world.viewer("taker"), item.number, "rescue", version=item.version, reason="更合适")
        assert after.agency_id == world.agencies["rescue"].pk

    def test_without_a_rule_one_must_be_named(self, world: World, item: Item) -> None:
        Route.objects.all().delete()
        with pytest.raises(RefusedError):
            routed(world, item)
        assert again(item).state == "received"

    def test_to_nobody_known(self, world: World, item: Item) -> None:
        with pytest.raises(RefusedError, match="nobody"):
            matters.route(world.viewer("taker"), item.number, "nobody", version=item.version)

    def test_stale_and_out_of_scope(self, world: World, item: Item) -> None:
        routed(world, item)
        with pytest.raises(ConflictError):
            matters.route(world.viewer("taker"), item.number, version=item.version)
        with pytest.raises(NotVisibleError):
            matters.route(world.viewer("elsewhere"), item.number, version=item.version)

    def test_partners_do_not_route(self, world: World, item: Item) -> None:
        routed(world, item)
        with pytest.raises(RefusedError):
            matters.route(world.viewer("partner"), item.number, "rescue", version=again(item).version)


class TestLife:
    def test_seen_by_the_agency_only_once_it_is_theirs(self, world: World, item: Item) -> None:
        with pytest.raises(NotVisibleError):
            act(world.viewer("partner"), item.number, "accept", version=1)
        routed(world, item)
        assert act(world.viewer("partner"), item.number, "accept", version=again(item).version).state == "accepted"

    def test_sent_back_and_routed_again(self, world: World, item: Item) -> None:
        routed(world, item)
        act(world.viewer("partner"), item.number, "send_back", version=again(item).version, reason="不属我单位")
        assert routed(world, item).state == "routed"

    def test_finished_with_an_outcome(self, world: World, item: Item) -> None:
        routed(world, item)
        partner = world.viewer("partner")
        act(partner, item.number, "accept", version=again(item).version)
        matters.finish(partner, item.number, " 已劝停 ", version=again(item).version)
        assert (again(item).state, Matter.objects.get(item=item).outcome) == ("done", "已劝停")
        assert not Clock.objects.filter(item=item, stopped_at=None).exists()

    @pytest.mark.parametrize("outcome", ["", "   "])
    def test_not_without_an_outcome(self, world: World, item: Item, outcome: str) -> None:
        routed(world, item)
        act(world.viewer("partner"), item.number, "accept", version=again(item).version)
        with pytest.raises(RefusedError):
            matters.finish(world.viewer("partner"), item.number, outcome, version=again(item).version)

    def test_not_before_it_is_in_hand(self, world: World, item: Item) -> None:
        routed(world, item)
        with pytest.raises(RefusedError):
            matters.finish(world.viewer("partner"), item.number, "x", version=again(item).version)

    def test_waiting_for_the_caller_stops_the_clock(self, world: World, item: Item) -> None:
        routed(world, item)
        partner = world.viewer("partner")
        act(partner, item.number, "accept", version=again(item).version)
        act(partner, item.number, "wait", version=again(item).version, reason="联系不上")
        assert Clock.objects.get(item=item, code="settle").paused_at is not None
