"""The domain's pages: in both languages, within few queries, safe for two people, closed to who may not."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from anning.domains.calls.models import Call
from anning.domains.calls.services import joint, merging, units
from anning.domains.calls.services.proposals import propose_new
from anning.kernel.org.models import Duty
from anning.kernel.work.models import Item, Link, Task

from .conftest import MOON_LAKE, World

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def again(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def incident(world: World) -> Item:
    """An incident with everything on it: units, a joint task, a proposal, contact, a note."""
    now = timezone.now()
    item = world.call(caller_phone="138", flags=["weapon"], capabilities=["water-rescue"], received_at=now)
    world.call(received_at=now)
    assert propose_new() == 1
    desk = world.viewer("dispatcher")
    units.assign(desk, item.number, ["海曙01", "海曙02"], version=again(item).version)
    units.report(desk, item.number, "海曙01", "arrive")
    units.report(desk, item.number, "海曙02", "stand_down", reason="不需要")
    joint.ask(desk, item.number, ["rescue"], "下水救援", version=again(item).version)
    return again(item)


PAGES = (
    ("desk", "dispatcher", 45),
    ("new", "taker", 25),
    ("units", "dispatcher", 25),
    ("me", "crew", 45),
    ("statistics", "supervisor", 45),
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("name", "who", "queries"), PAGES)
def test_every_page_in_both_languages_within_few_queries(
    world: World, name: str, who: str, queries: int, language: str
) -> None:
    incident(world)
    client = world.client(who)
    client.cookies["django_language"] = language
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(reverse(f"calls:{name}"))
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()
    assert len(seen) <= queries


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("name", "kind"), [("incident", "incident"), ("panel", "incident"), ("matter", "matter")])
def test_every_item_page(world: World, name: str, kind: str, language: str) -> None:
    item = incident(world) if kind == "incident" else world.call(category="life.noise")
    client = world.client("dispatcher")
    client.cookies["django_language"] = language
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(reverse(f"calls:{name}", args=[item.number]))
    assert answer.status_code == 200
    assert item.number in answer.content.decode()
    assert len(seen) <= 60


def test_the_queue_costs_no_more_queries_for_more_rows(world: World) -> None:
    client = world.client("dispatcher")
    client.get(reverse("calls:desk"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("calls:desk"))
        return len(seen)

    world.call()
    few = cost()
    for _ in range(12):
        world.call()
    assert cost() <= few


class TestClosed:
    @pytest.mark.parametrize("name", ["incident", "panel"])
    @pytest.mark.parametrize("who", ["elsewhere", "auditor", "administrator", "faraway", "partner"])
    def test_other_counties_items_do_not_exist(self, world: World, name: str, who: str) -> None:
        item = world.call()
        assert world.client(who).get(reverse(f"calls:{name}", args=[item.number])).status_code == 404

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("assign", {"units": "象山01"}),
            ("report", {"unit": "海曙01", "action": "arrive"}),
            ("stand_down", {"reason": "x"}),
            ("reclassify", {"priority": "1"}),
            ("relocate", {"lon": "121.5", "lat": "29.8"}),
            ("ask", {"agencies": "rescue", "what": "x"}),
            ("note", {"text": "x"}),
            ("merge_into", {"into": "JQ1"}),
        ],
    )
    def test_verbs_on_other_counties_items_do_not_exist(self, world: World, name: str, data: dict[str, str]) -> None:
        item = world.call()
        answer = world.client("elsewhere").post(
            reverse(f"calls:{name}", args=[item.number]), {**data, "version": item.version}
        )
        assert answer.status_code == 404
        assert again(item).version == item.version

    def test_who_is_not_signed_in_is_sent_to_sign_in(self, world: World) -> None:
        answer = Client().get(reverse("calls:desk"))
        assert answer.status_code == 302
        assert "login" in answer["Location"]

    @pytest.mark.parametrize(
        ("name", "who"), [("desk", "crew"), ("new", "analyst"), ("me", "dispatcher"), ("statistics", "taker")]
    )
    def test_pages_of_other_roles_do_not_exist(self, world: World, name: str, who: str) -> None:
        assert world.client(who).get(reverse(f"calls:{name}")).status_code == 404

    @pytest.mark.parametrize("name", ["assign", "note", "report"])
    def test_looking_changes_nothing(self, world: World, name: str) -> None:
        item = world.call()
        assert world.client("dispatcher").get(reverse(f"calls:{name}", args=[item.number])).status_code == 405


class TestDesk:
    def test_rows_carry_what_the_script_needs(self, world: World) -> None:
        item = world.call(flags=["weapon"])
        page = world.client("dispatcher").get(reverse("calls:desk")).content.decode()
        assert f'data-number="{item.number}"' in page
        assert f'data-version="{item.version}"' in page
        words = json.loads(re.search(r'<script id="desk-words"[^>]*>(.*?)</script>', page, re.S)[1])  # type: ignore[index]
        assert words["categories"]["public.fight"] == "打架斗殴"
        assert words["areas"]["330203"] == "海曙区"
        assert 'data-mark="state-incident-on_scene"' in page

    def test_filters_stand_in_the_address(self, world: World) -> None:
        item = world.call(priority=3)
        client = world.client("dispatcher")
        assert item.number in client.get(reverse("calls:desk"), {"priority": "3"}).content.decode()
        assert item.number not in client.get(reverse("calls:desk"), {"priority": "1"}).content.decode()

    def test_nothing_of_another_county(self, world: World) -> None:
        item = world.call()
        assert item.number not in world.client("elsewhere").get(reverse("calls:desk")).content.decode()


class TestTwoDispatchers:
    def post(self, world: World, who: str, name: str, item: Item, htmx: bool = True, **data: object):
        headers = {"HX-Request": "true"} if htmx else {}
        return world.client(who).post(reverse(f"calls:{name}", args=[item.number]), data, headers=headers)

    def test_the_second_is_shown_what_the_first_did_and_may_do_it_all_the_same(self, world: World) -> None:
        item = world.call()
        first = self.post(world, "dispatcher", "assign", item, version=item.version, units=["海曙01"])
        assert first.status_code == 200
        second = self.post(world, "second", "assign", item, version=item.version, units=["海曙02"])
        page = second.content.decode()
        assert second.status_code == 409
        assert "海曙01" in page
        assert "dispatcher" in page
        assert Task.objects.count() == 1
        version = re.search(r'class="conflict".*?name="version" value="(\d+)"', page, re.S)
        assert version is not None
        third = self.post(world, "second", "assign", item, version=int(version[1]), units=["海曙02"])
        assert third.status_code == 200
        assert Task.objects.count() == 2

    def test_without_a_script_it_is_a_page(self, world: World) -> None:
        item = world.call()
        self.post(world, "dispatcher", "assign", item, htmx=False, version=item.version, units=["海曙01"])
        answer = self.post(world, "second", "reclassify", item, htmx=False, version=item.version, priority="1")
        assert answer.status_code == 409
        assert "海曙01" in answer.content.decode()

    def test_a_refusal_is_told_in_the_panel(self, world: World) -> None:
        item, other = world.call(), world.call(lon=121.45, lat=29.75)
        self.post(world, "dispatcher", "assign", item, version=item.version, units=["海曙01"])
        answer = self.post(world, "second", "assign", other, version=other.version, units=["海曙01"])
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
    def test_a_form_without_a_version_changes_nothing(self, world: World, version: str) -> None:
        item = world.call()
        answer = self.post(world, "dispatcher", "assign", item, version=version, units=["海曙01"])
        assert answer.status_code == 422
        assert not Task.objects.exists()


class TestVerbs:
    def post(self, world: World, name: str, item: Item, *more: str, who: str = "dispatcher", **data: object) -> Item:
        answer = world.client(who).post(
            reverse(f"calls:{name}", args=[item.number, *more]), {"version": again(item).version, **data}
        )
        assert answer.status_code == 302, answer.content.decode()[:400]
        return again(item)

    def test_the_life_of_an_incident(self, world: World) -> None:
        item = world.call()
        assert self.post(world, "assign", item, units=["海曙01"]).state == "assigned"
        assert self.post(world, "report", item, unit="海曙01", action="arrive").state == "on_scene"
        assert self.post(world, "take_over", item, leaving="海曙01", coming="海曙02", reason="换班").state == "assigned"
        assert self.post(world, "stand_down", item, reason="误报").state == "new"
        assert self.post(world, "act", item, "close", reason="电话处理").state == "closed"
        assert self.post(world, "act", item, "reopen", reason="又来电").state == "new"

    def test_corrections(self, world: World) -> None:
        item = world.call()
        assert self.post(world, "reclassify", item, category="public.noise", priority="4").priority == 4
        assert self.post(world, "relocate", item, lon="121.45", lat="29.75", address="高桥").title == "高桥"
        assert self.post(world, "note", item, text="家属已到").changes.latest("version").reason == "家属已到"
        assert self.post(world, "ask", item, agencies=["rescue"], what="送绳索").joint_tasks.count() == 1

    def test_merging_by_number_and_by_link(self, world: World) -> None:
        older, newer, third = (world.call(received_at=timezone.now()) for _ in range(3))
        assert self.post(world, "merge_into", newer, into=older.number).state == "merged"
        link = Link.objects.get()
        client = world.client("dispatcher")
        seen = {"version": again(newer).version}
        assert client.post(reverse("calls:unmerge", args=[link.pk]), seen).status_code == 302
        assert again(newer).state == "new"
        propose_new()
        proposal = Link.objects.filter(source=third, state="proposed").first()
        assert proposal is not None
        seen = {"version": again(third).version}
        assert client.post(reverse("calls:merge", args=[proposal.pk]), seen).status_code == 302
        assert again(third).state == "merged"

    def test_a_refused_link_says_why(self, world: World) -> None:
        older, newer = world.call(), world.call()
        link = merging.merge_into(
            world.viewer("dispatcher"), newer.number, older.number, version=newer.version, reason=""
        )
        seen, panel = {"version": again(newer).version}, {"HX-Request": "true"}
        answer = world.client("dispatcher").post(reverse("calls:merge", args=[link.pk]), seen, headers=panel)
        assert answer.status_code == 422

    @pytest.mark.parametrize("decision", ["merge", "reject"])
    def test_a_link_decided_on_what_has_changed_meanwhile_is_a_conflict(self, world: World, decision: str) -> None:
        older, newer = (world.call(received_at=timezone.now()) for _ in range(2))
        propose_new()
        link = Link.objects.get()
        client, address = world.client("dispatcher"), reverse(f"calls:{decision}", args=[link.pk])
        stale = {"version": again(newer).version}
        self.post(world, "note", newer, text="家属已到")
        for panel, told in (({}, "generic/conflict.html"), ({"HX-Request": "true"}, "calls/_panel.html")):
            answer = client.post(address, stale, headers=panel)
            assert (answer.status_code, told in [one.name for one in answer.templates]) == (409, True)
            assert "家属已到" in answer.content.decode()
        assert Link.objects.get().state == "proposed"
        assert (again(newer).state, again(older).state) == ("new", "new")

    def test_matters_by_their_forms(self, world: World) -> None:
        item = world.call(category="life.noise")
        assert self.post(world, "route", item, agency="").state == "routed"
        assert self.post(world, "matter_act", item, "accept", who="partner").state == "accepted"
        assert self.post(world, "finish", item, who="partner", outcome="已劝停").matter.outcome == "已劝停"


class TestIntakePage:
    def form(self, **fields: object) -> dict[str, object]:
        plain = {
            "idempotency_key": "form-1",
            "received_at": "2026-03-02T10:00:00+08:00",
            "category": "help.water.drowning",
            "narrative": "有人落水",
            "address": "月湖",
            "lon": str(MOON_LAKE[0]),
            "lat": str(MOON_LAKE[1]),
            "answers": json.dumps([{"question": "in", "answer": "yes"}]),
        }
        return {**plain, **fields}

    def test_taken_and_the_number_shown_at_once(self, world: World) -> None:
        answer = world.client("taker").post(reverse("calls:new"), self.form(), follow=True)
        item = Item.objects.get()
        assert item.number in answer.content.decode()
        assert (item.priority, item.incident.capabilities) == (1, ["water-rescue"])

    def test_submitted_twice_it_is_one_call(self, world: World) -> None:
        client = world.client("taker")
        for _ in range(2):
            assert client.post(reverse("calls:new"), self.form()).status_code == 302
        assert Call.objects.count() == 1

    def test_take_and_dispatch_opens_the_desk_at_it(self, world: World) -> None:
        answer = world.client("taker").post(reverse("calls:new"), self.form(then="dispatch"))
        assert answer["Location"] == f"{reverse('calls:desk')}?open={Item.objects.get().number}"

    @pytest.mark.parametrize(
        "fields",
        [
            {"category": ""},
            {"category": "nothing"},
            {"narrative": "", "address": "", "lon": "", "lat": ""},
            {"lon": "500"},
            {"lat": ""},
            {"answers": "{"},
            {"answers": "[1]"},
            {"received_at": "yesterday"},
            {"idempotency_key": ""},
            {"join": "JQ7777777"},
            {"flags": "dragon"},
        ],
    )
    def test_what_cannot_be_comes_back_with_the_reason_and_what_was_typed(
        self, world: World, fields: dict[str, object]
    ) -> None:
        answer = world.client("taker").post(reverse("calls:new"), self.form(**fields))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'role="alert"' in page
        assert not Item.objects.exists()
        if "narrative" not in fields:
            assert "有人落水" in page

    def test_each_form_has_a_key_of_its_own(self, world: World) -> None:
        client = world.client("taker")
        keys = {
            re.search(r'name="idempotency_key" value="([^"]+)"', client.get(reverse("calls:new")).content.decode())[1]
            for _ in range(3)
        }  # type: ignore[index]
        assert len(keys) == 3

    def test_where_names_every_level_and_converts(self, world: World) -> None:
        found = (
            world.client("taker")
            .get(reverse("calls:where"), {"lon": "121.554158", "lat": "29.867417", "system": "gcj02"})
            .json()
        )
        assert (found["lon"], found["lat"]) == (pytest.approx(121.55, abs=2e-6), pytest.approx(29.87, abs=2e-6))
        assert found["names"][0]["name"] == "海曙区"

    @pytest.mark.parametrize("query", [{}, {"lon": "x", "lat": "1"}, {"lon": "1"}])
    def test_where_nowhere(self, world: World, query: dict[str, str]) -> None:
        assert world.client("taker").get(reverse("calls:where"), query).status_code == 422

    def test_similar_names_the_incident_and_why(self, world: World) -> None:
        item = world.call()
        query = {
            "lon": MOON_LAKE[0],
            "lat": MOON_LAKE[1],
            "category": "public.fight",
            "received_at": "2026-03-02T10:00:00+08:00",
        }
        page = world.client("taker").get(reverse("calls:similar"), query).content.decode()
        assert f'data-join="{item.number}"' in page
        assert "data-strong" in page
        assert "data-join" not in world.client("elsewhere").get(reverse("calls:similar"), query).content.decode()

    def test_similar_without_a_place_asks_for_one(self, world: World) -> None:
        world.call()
        assert "data-join" not in world.client("taker").get(reverse("calls:similar")).content.decode()

    def test_places_by_pinyin(self, world: World) -> None:
        results = world.client("taker").get(reverse("calls:places"), {"q": "yuehu"}).json()["results"]
        assert results[0]["label"] == "月湖公园"
        assert results[0]["lon"] == pytest.approx(121.541)

    def test_protocols_in_the_readers_language(self, world: World) -> None:
        client = world.client("taker")
        tree = client.get(reverse("calls:protocol"), {"category": "help.water.drowning"}).json()
        assert tree["questions"]["in"]["text"] == "人还在水里吗？"
        client.cookies["django_language"] = "en"
        tree = client.get(reverse("calls:protocol"), {"category": "help.water.drowning"}).json()
        assert tree["questions"]["in"]["answers"][0]["advice"] == "Throw something that floats."
        assert client.get(reverse("calls:protocol"), {"category": "life"}).json() == {}


class TestContactPage:
    def test_purpose_first_then_the_details_uncached(self, world: World) -> None:
        item = world.call(caller_phone="13812345678")
        url = reverse("calls:contact", args=[item.number, item.calls.get().pk])
        client = world.client("taker")
        asked = client.get(url)
        assert asked.status_code == 200
        assert "13812345678" not in asked.content.decode()
        shown = client.post(url, {"purpose": "回拨确认位置"})
        assert "13812345678" in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]

    def test_without_a_purpose(self, world: World) -> None:
        item = world.call(caller_phone="13812345678")
        url = reverse("calls:contact", args=[item.number, item.calls.get().pk])
        answer = world.client("taker").post(url, {"purpose": ""})
        assert answer.status_code == 422
        assert "13812345678" not in answer.content.decode()

    def test_anonymous_calls_have_nothing_to_show(self, world: World) -> None:
        item = world.call()
        url = reverse("calls:contact", args=[item.number, item.calls.get().pk])
        assert world.client("taker").get(url).status_code == 404

    def test_no_page_prints_a_number_unasked(self, world: World) -> None:
        item = world.call(caller_phone="13812345678", caller_name="王小明")
        for name in ("incident", "panel"):
            page = world.client("supervisor").get(reverse(f"calls:{name}", args=[item.number])).content.decode()
            assert "13812345678" not in page
            assert "王小明" not in page


class TestPhone:
    def test_task_buttons_and_a_way_there(self, world: World) -> None:
        item = world.call(narrative="落水")
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=item.version)
        page = world.client("crew").get(reverse("calls:me")).content.decode()
        assert item.number in page
        assert "落水" in page
        assert f"geo:{item.lat:.6f},{item.lon:.6f}" in page
        assert 'value="depart"' in page

    def report(self, client: Client, item: Item, action: str, **more: object):
        data = {"key": str(uuid4()), "number": item.number, "action": action, **more}
        return client.post(reverse("calls:me_report"), data, headers={"Accept": "application/json"})

    def test_reports_by_script_twice_over(self, world: World) -> None:
        item = world.call()
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=item.version)
        client = world.client("crew")
        for action, state in (
            ("accept", "assigned"),
            ("depart", "en_route"),
            ("arrive", "on_scene"),
            ("clear", "cleared"),
        ):
            key = str(uuid4())
            answers = [self.report(client, item, action, key=key) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [200, 200]
            assert answers[0].json() == answers[1].json()
            assert (answers[0].json()["standing"], again(item).state) == ("entered", state)

    def test_a_report_made_with_a_fast_clock_counts_as_now(self, world: World) -> None:
        item = world.call()
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=item.version)
        assert self.report(world.client("crew"), item, "arrive", at="2099-01-01T00:00:00Z").status_code == 200

    @pytest.mark.parametrize(
        "bad", [{"key": "x"}, {"key": ""}, {"at": "yesterday"}, {"at": "2026-03-02T10:00:00"}, {"task": "0"}]
    )
    def test_what_cannot_be_read_is_refused_and_said(self, world: World, bad: dict[str, str]) -> None:
        item = world.call()
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=item.version)
        answer = self.report(world.client("crew"), item, "depart", **bad)
        assert (answer.status_code, bool(answer.json()["detail"])) == (422, True)

    def test_refusals_are_told(self, world: World) -> None:
        item = world.call()
        client = world.client("crew")
        answer = self.report(client, item, "arrive")
        assert (answer.status_code, bool(answer.json()["detail"])) == (404, True)
        data = {"key": str(uuid4()), "number": item.number, "action": "arrive"}
        plain = client.post(reverse("calls:me_report"), data, follow=True)
        assert plain.status_code == 200
        assert "data-toast" in plain.content.decode()

    def stood_down(self, world: World) -> Item:
        item, desk = world.call(), world.viewer("dispatcher")
        units.assign(desk, item.number, ["海曙01"], version=item.version)
        units.report(desk, item.number, "海曙01", "stand_down", reason="报警人撤回")
        return item

    def test_a_word_at_odds_is_told_who_did_what_and_shown_until_settled(self, world: World) -> None:
        item, client = self.stood_down(world), world.client("crew")
        answer = self.report(client, item, "arrive")
        assert (answer.status_code, answer.json()["standing"]) == (409, "conflict")
        assert "dispatcher" in answer.json()["detail"]
        page = client.get(reverse("calls:me")).content.decode()
        assert f'data-odds="{answer.json()["key"]}"' in page
        assert "报警人撤回" in page
        settled = client.post(reverse("calls:me_settle"), {"key": answer.json()["key"], "choice": "insist"})
        assert settled.status_code == 302
        assert "data-odds" not in client.get(reverse("calls:me")).content.decode()
        timeline = world.client("dispatcher").get(reverse("calls:incident", args=[item.number])).content.decode()
        assert "坚持" in timeline

    def test_without_a_script_a_word_at_odds_leads_to_its_card(self, world: World) -> None:
        item, client = self.stood_down(world), world.client("crew")
        data = {"key": str(uuid4()), "number": item.number, "action": "arrive"}
        assert "data-odds" in client.post(reverse("calls:me_report"), data, follow=True).content.decode()

    def test_words_at_odds_of_one_task_are_one_card_and_one_choice(self, world: World) -> None:
        item, client = self.stood_down(world), world.client("crew")
        keys = [self.report(client, item, action).json()["key"] for action in ("depart", "arrive")]
        page = client.get(reverse("calls:me")).content.decode()
        assert page.count("data-odds=") == 1
        assert f'data-odds="{",".join(keys)}"' in page
        accept = {"Accept": "application/json"}
        for _ in range(2):
            chosen = {"key": ",".join(keys), "choice": "yield"}
            assert client.post(reverse("calls:me_settle"), chosen, headers=accept).status_code == 200
        assert "data-odds" not in client.get(reverse("calls:me")).content.decode()
        standings = [c.data["standing"] for c in item.changes.filter(verb="unit-report").order_by("version")]
        assert standings == ["conflict", "conflict", "yielded", "yielded"]

    @pytest.mark.parametrize("bad", [{"key": "x", "choice": "yield"}, {"key": str(uuid4()), "choice": "perhaps"}])
    def test_a_choice_that_is_none(self, world: World, bad: dict[str, str]) -> None:
        client = world.client("crew")
        answer = client.post(reverse("calls:me_settle"), bad, headers={"Accept": "application/json"})
        assert answer.status_code == 422

    def test_duty_note_and_position(self, world: World) -> None:
        item = world.call()
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=item.version)
        client = world.client("crew")
        note = {"key": str(uuid4()), "number": item.number, "action": "note", "text": "到了"}
        assert client.post(reverse("calls:me_report"), note).status_code == 302
        assert item.changes.filter(verb="note", reason="到了").exists()
        kept = client.post(reverse("calls:me_position"), {"lon": "121.5", "lat": "29.8"})
        assert (kept.status_code, kept.json()) == (200, {"kept": True})
        assert client.post(reverse("calls:me_position"), {"lon": "x"}).status_code == 422

    def test_the_shell_says_nothing_about_anybody(self, world: World) -> None:
        item = world.call(narrative="落水", address="月湖西岸")
        units.assign(world.viewer("dispatcher"), item.number, ["海曙01"], version=item.version)
        client = world.client("crew")
        page = client.get(reverse("calls:me_shell")).content.decode()
        for word in ("crew", "海曙01", item.number, "月湖", "落水", 'csrfmiddlewaretoken" value="', "anning-events"):
            assert word not in page.replace('name="csrfmiddlewaretoken" value=""', "")
        assert "data-shell" in page

    def test_the_worker_keeps_the_page_only(self, world: World) -> None:
        answer = world.client("crew").get(reverse("calls:me_worker"))
        assert answer["Content-Type"].startswith("text/javascript")
        assert answer["Service-Worker-Allowed"] == reverse("calls:me")
        assert "no-store" in answer["Cache-Control"]
        assert reverse("calls:me_shell") in answer.content.decode()

    def test_the_page_itself_may_not_be_kept(self, world: World) -> None:
        assert "no-store" in world.client("crew").get(reverse("calls:me"))["Cache-Control"]

    def test_off_and_on_duty(self, world: World) -> None:
        client = world.client("crew")
        client.post(reverse("calls:me_duty"), {"verb": "end"})
        assert not Duty.objects.filter(user=world.users["crew"], ends_at=None).exists()
        page = client.get(reverse("calls:me")).content.decode()
        assert 'value="海曙01"' in page
        assert client.post(reverse("calls:me_position"), {"lon": "121.5", "lat": "29.8"}).status_code == 422
        client.post(reverse("calls:me_duty"), {"verb": "start", "unit": "海曙01"})
        assert Duty.objects.filter(user=world.users["crew"], ends_at=None).exists()

    def test_without_a_task_it_waits(self, world: World) -> None:
        page = world.client("crew").get(reverse("calls:me")).content.decode()
        assert "data-report" not in page


def test_chinese_pages_have_no_english_left_and_the_other_way_round(world: World) -> None:
    """Every text of the domain has its Chinese: compare the pages' own words in both languages."""
    item = incident(world)
    client = world.client("dispatcher")
    page = client.get(reverse("calls:incident", args=[item.number])).content.decode()
    titles = re.findall(r"<h2[^>]*>([^<]+)</h2>", page)
    assert titles
    assert all(CHINESE.search(title) for title in titles)
