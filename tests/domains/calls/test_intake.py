"""Taking a call: what is kept, what is refused, and that a retry never makes two."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from anning.domains.calls.models import Call, Incident, Matter
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Membership
from anning.kernel.people.models import Contact
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Clock, Event, Item, Share

from .conftest import FIRST, HAISHU, MOON_LAKE, World


def intake(**fields: object) -> Intake:
    plain = {
        "source_key": "k",
        "category": "public.fight",
        "received_at": FIRST,
        "lon": MOON_LAKE[0],
        "lat": MOON_LAKE[1],
    }
    return Intake(**{**plain, **fields})  # type: ignore[arg-type]


class TestKept:
    def test_everything_in_one_go(self, world: World) -> None:
        call, new = take_call(
            world.viewer("taker"),
            intake(narrative="打架", address="月湖", flags=["weapon"], caller_phone="13800000000", answered_at=FIRST),
        )
        item = call.item
        assert new
        assert (item.kind, item.state, item.priority, item.area_code) == ("incident", "new", 2, "330203002001")
        assert item.title == "月湖"
        assert Incident.objects.get(item=item).flags == ["weapon"]
        assert Change.objects.filter(item=item).count() == 1
        assert Clock.objects.get(item=item).code == "assign"
        assert Entry.objects.filter(action="take-call", subject=f"work.item:{item.pk}").count() == 1
        body = Event.objects.get(topic="work.incident").body
        assert (body["number"], body["flags"], body["calls"]) == (item.number, ["weapon"], 1)

    def test_nothing_personal_leaves_by_the_live_feed_or_the_trail(self, world: World) -> None:
        take_call(
            world.viewer("taker"),
            intake(narrative="秘密", address="月湖", caller_phone="13800000000", caller_name="王"),
        )
        said = str(list(Event.objects.values_list("body", flat=True))) + str(
            list(Entry.objects.values_list("body", flat=True))
        )
        assert "13800000000" not in said
        assert "王" not in said
        assert "秘密" not in said

    def test_contacts_are_sealed(self, world: World) -> None:
        call, _ = take_call(world.viewer("taker"), intake(caller_phone="13800000000"))
        assert call.contact is not None
        with connection.cursor() as cursor:
            cursor.execute("SELECT phone FROM people_contact")
            assert b"13800000000" not in bytes(cursor.fetchone()[0])

    def test_anonymous_calls_are_legal(self, world: World) -> None:
        call, _ = take_call(world.viewer("taker"), intake())
        assert call.contact is None
        assert not Contact.objects.exists()

    def test_livelihood_calls_open_a_matter(self, world: World) -> None:
        call, _ = take_call(world.viewer("taker"), intake(category="life.noise"))
        assert (call.item.kind, call.item.state) == ("matter", "received")
        assert Matter.objects.filter(item=call.item).exists()

    def test_an_area_stands_in_for_a_point(self, world: World) -> None:
        call, _ = take_call(world.viewer("taker"), intake(lon=None, lat=None, area_code=HAISHU))
        assert (call.item.area_code, call.item.lon) == (HAISHU, None)

    def test_a_point_outside_the_city_is_taken_and_flagged(self, world: World) -> None:
        Membership.objects.filter(user=world.users["taker"]).update(area_code="")
        call, _ = take_call(world.viewer("taker"), intake(lon=120.0, lat=28.0))
        assert (call.item.outside, call.item.area_code) == (True, "")


class TestCoordinates:
    @pytest.mark.parametrize(
        ("system", "lon", "lat"),
        [("wgs84", 121.55, 29.87), ("gcj02", 121.554158, 29.867417)],
    )
    def test_every_system_becomes_wgs84(self, world: World, system: str, lon: float, lat: float) -> None:
        """GCJ-02 pair: the doctest of `engines.space.coordinates.wgs84_to_gcj02`."""
        call, _ = take_call(world.viewer("taker"), intake(system=system, lon=lon, lat=lat))
        assert (call.lon, call.lat) == (pytest.approx(121.55, abs=2e-6), pytest.approx(29.87, abs=2e-6))

    def test_bd09_lies_within_metres_of_where_it_should(self, world: World) -> None:
        from anning.engines.space.coordinates import wgs84_to_bd09

        lon, lat = (float(x) for x in wgs84_to_bd09(121.55, 29.87))
        call, _ = take_call(world.viewer("taker"), intake(system="bd09", lon=lon, lat=lat))
        assert (call.lon, call.lat) == (pytest.approx(121.55, abs=1e-6), pytest.approx(29.87, abs=1e-6))

    @pytest.mark.parametrize(
        "fields",
        [{"system": "mars"}, {"lon": float("nan")}, {"lon": 181.0}, {"lat": -91.0}, {"lat": None}, {"lon": None}],
    )
    def test_points_that_cannot_be(self, world: World, fields: dict[str, object]) -> None:
        with pytest.raises(RefusedError):
            take_call(world.viewer("taker"), intake(**fields))
        assert not Item.objects.exists()


class TestProtocol:
    def test_answers_set_priority_flags_and_capabilities(self, world: World) -> None:
        call, _ = take_call(world.viewer("taker"), intake(category="help.water.drowning", answers={"in": "yes"}))
        detail = Incident.objects.get(item=call.item)
        assert (call.item.priority, detail.flags, detail.capabilities) == (1, ["water"], ["water-rescue"])

    def test_a_priority_given_by_hand_stands(self, world: World) -> None:
        call, _ = take_call(
            world.viewer("taker"), intake(category="help.water.drowning", answers={"in": "yes"}, priority=3)
        )
        assert call.item.priority == 3

    def test_an_answer_that_does_not_exist(self, world: World) -> None:
        with pytest.raises(RefusedError):
            take_call(world.viewer("taker"), intake(category="help.water.drowning", answers={"in": "maybe"}))

    def test_answers_without_a_protocol_count_for_nothing(self, world: World) -> None:
        call, _ = take_call(world.viewer("taker"), intake(answers={"in": "yes"}))
        assert Incident.objects.get(item=call.item).flags == []


class TestRetry:
    def test_the_same_key_finds_the_first_call_and_writes_nothing(self, world: World) -> None:
        first, _ = take_call(world.viewer("taker"), intake())
        before = (Entry.objects.count(), Event.objects.count(), Change.objects.count())
        second, new = take_call(world.viewer("taker"), intake(narrative="other"))
        assert (second.pk, new) == (first.pk, False)
        assert before == (Entry.objects.count(), Event.objects.count(), Change.objects.count())
        assert Call.objects.count() == 1

    def test_a_key_of_another_county_shows_nothing_of_its_call(self, world: World) -> None:
        take_call(world.viewer("taker"), intake())
        with pytest.raises(RefusedError):
            take_call(world.viewer("elsewhere"), intake(lon=121.9, lat=29.4))

    @pytest.mark.parametrize("key", ["", " ", "x" * 81])
    def test_keys_that_cannot_be(self, world: World, key: str) -> None:
        with pytest.raises(RefusedError):
            take_call(world.viewer("taker"), intake(source_key=key))


class TestRefused:
    @pytest.mark.parametrize(
        "fields",
        [
            {"category": "nothing"},
            {"answered_at": FIRST - timedelta(seconds=1)},
            {"received_at": timezone.now() + timedelta(hours=1)},
            {"priority": 0},
            {"priority": 5},
            {"flags": ["dragon"]},
            {"area_code": "999999"},
        ],
    )
    def test_what_cannot_be(self, world: World, fields: dict[str, object]) -> None:
        with pytest.raises(RefusedError):
            take_call(world.viewer("taker"), intake(**fields))
        assert not Item.objects.exists()

    @pytest.mark.parametrize("who", ["analyst", "auditor", "crew", "administrator", "elsewhere"])
    def test_who_may_not(self, world: World, who: str) -> None:
        with pytest.raises(RefusedError):
            take_call(world.viewer(who), intake())
        assert not Item.objects.exists()


class TestPartner:
    def test_a_partner_hands_in_calls_and_sees_them(self, world: World) -> None:
        call, _ = take_call(world.viewer("rescuer"), intake(channel="partner"))
        assert Share.objects.filter(item=call.item, agency=world.agencies["rescue"]).exists()
        event = Event.objects.get(topic="work.incident")
        assert event.agencies == [world.agencies["rescue"].pk]

    def test_only_within_its_area(self, world: World) -> None:
        Membership.objects.filter(user=world.users["rescuer"]).update(area_code="330225")
        with pytest.raises(RefusedError):
            take_call(world.viewer("rescuer"), intake())


class TestJoin:
    def test_a_call_joins_an_incident(self, world: World) -> None:
        item = world.call()
        joined = world.call(join=item.number, priority=1)
        assert joined.pk == item.pk
        assert item.calls.count() == 2
        assert Item.objects.get(pk=item.pk).priority == 1
        assert "call-joined" in item.changes.values_list("verb", flat=True)

    def test_a_less_urgent_call_leaves_the_priority(self, world: World) -> None:
        item = world.call(priority=1)
        world.call(join=item.number, priority=4)
        assert Item.objects.get(pk=item.pk).priority == 1

    def test_what_does_not_exist_cannot_be_joined(self, world: World) -> None:
        with pytest.raises(NotVisibleError):
            world.call(join="JQ9999999")

    def test_closed_incidents_cannot_be_joined(self, world: World) -> None:
        from anning.kernel.work.services.items import act

        item = world.call()
        act(world.viewer("dispatcher"), item.number, "close", version=item.version, reason="误报")
        with pytest.raises(RefusedError, match=item.number):
            world.call(join=item.number)
