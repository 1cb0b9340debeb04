"""Timelines, steps and rows in words."""

from datetime import timedelta

import pytest
from django.utils import translation

from anning.domains.calls.present.chips import FLAGS, UNIT_CHIPS, clock_chip, due_clock, flag_chip, local, state_chip
from anning.domains.calls.present.incident import category_path, reasons
from anning.domains.calls.present.protocol import script_tree
from anning.domains.calls.present.rows import grouped, queue_row, state_templates
from anning.domains.calls.present.timeline import entries, steps
from anning.domains.calls.services import changing, units
from anning.kernel.work.models import Clock, Item
from anning.kernel.work.services.breaches import tick
from anning.kernel.work.services.items import act, note

from .conftest import FIRST, TREE, World


def told(item: Item) -> list[dict[str, object]]:
    return entries(item, list(item.changes.order_by("version")))


class TestTimeline:
    def test_newest_first_with_who_and_what(self, world: World) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        units.assign(desk, item.number, ["海曙01", "海曙02"], version=item.version)
        note(desk, item.number, "家属已到")
        with translation.override("zh-hans"):
            latest, sent, taken = told(item)
            assert (latest["text"], latest["actor"]) == ("家属已到", "dispatcher")
            assert "海曙01、海曙02" in str(sent["title"])
            assert (str(sent["old"]["label"]), str(sent["new"]["label"])) == ("待派警", "已派")  # type: ignore[index]
            assert "new" not in taken

    def test_corrections_show_old_and_new_in_words(self, world: World) -> None:
        item = world.call()
        changing.reclassify(
            world.viewer("taker"), item.number, version=item.version, category="public.noise", priority=1
        )
        text = str(told(item)[0]["text"])
        assert "打架斗殴 → 聚众喧哗" in text
        assert "2 → 1" in text

    def test_a_breach_says_who_was_told(self, world: World) -> None:
        item = world.call()
        clock = Clock.objects.get(item=item)
        tick(clock.next_at)
        first = told(item)[0]
        assert "dispatcher" in str(first["text"])
        assert first["actor"] == ""

    @pytest.mark.parametrize("verb", ["close", "reopen"])
    def test_moves_of_the_table_have_words(self, world: World, verb: str) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        item = act(desk, item.number, "close", version=item.version, reason="误报")
        if verb == "reopen":
            item = act(desk, item.number, "reopen", version=item.version, reason="又来电")
        first = told(item)[0]
        assert str(first["title"]) != verb
        assert first["reason"]

    def test_imported_stages_are_told_by_the_table(self, world: World) -> None:
        """The past is written without unit actions: the table's own title is used."""
        item = world.call()
        item.changes.create(version=2, verb="arrive", old="assigned", new="on_scene", at=FIRST, actor="system")
        assert str(told(item)[0]["title"]) != "arrive"


class TestSteps:
    def test_done_now_and_to_come(self, world: World) -> None:
        item = world.call()
        found = steps(item, [("a", FIRST), ("b", None), ("c", FIRST + timedelta(1)), ("d", None)])
        assert [step["step"] for step in found] == ["done", "todo", "now", "todo"]

    def test_closed_has_no_now(self, world: World) -> None:
        item = world.call()
        item.closed_at = FIRST
        assert [step["step"] for step in steps(item, [("a", FIRST), ("b", FIRST)])] == ["done", "done"]


class TestChips:
    def test_every_state_has_a_tone_of_the_design_system(self) -> None:
        tones = {"new", "active", "waiting", "done", "problem", "void"}
        assert {one["chip"]["tone"] for one in state_templates()} <= tones
        assert {tone for _label, tone, _icon in UNIT_CHIPS.values()} <= tones

    def test_names_in_both_languages(self) -> None:
        with translation.override("en"):
            assert local("海曙", "Haishu") == "Haishu"
            assert local("海曙", "") == "海曙"
            assert str(state_chip("incident", "new")["label"]) == "waiting"
        with translation.override("zh-hans"):
            assert local("海曙", "Haishu") == "海曙"
            assert str(state_chip("incident", "new")["label"]) == "待派警"
            assert all(str(label) not in FLAGS for label, _icon in FLAGS.values())

    def test_unknown_flags_are_shown_as_they_are(self) -> None:
        assert flag_chip("dragon")["label"] == "dragon"

    def test_clocks(self, world: World) -> None:
        item = world.call()
        clock = Clock.objects.get(item=item)
        assert clock_chip(item, clock, FIRST)["state"] == "running"
        assert clock_chip(item, clock, clock.due_at + timedelta(1))["state"] == "late"  # type: ignore[operator]
        clock.stopped_at = clock.due_at
        assert clock_chip(item, clock, FIRST)["state"] == "met"
        clock.breached_at = clock.due_at
        assert clock_chip(item, clock, FIRST)["state"] == "late"
        clock.stopped_at, clock.paused_at = None, FIRST
        assert clock_chip(item, clock, FIRST)["state"] == "paused"
        item.due_at = None
        assert due_clock(item, FIRST) is None


class TestRows:
    def test_a_row_and_its_group(self, world: World) -> None:
        item = world.call(flags=["weapon"])
        row = queue_row(item, FIRST)
        assert (row["group"], row["category"], row["flags"][0]["code"]) == ("waiting", "打架斗殴", "weapon")
        assert [group["code"] for group in grouped([row])] == ["waiting", "at_work", "ending"]
        assert [len(group["rows"]) for group in grouped([row])] == [1, 0, 0]

    def test_category_paths(self, world: World) -> None:
        assert category_path("help.water.drowning") == "求助 › 水域 › 溺水"
        assert category_path("not.known") == "not.known"

    @pytest.mark.parametrize(
        ("terms", "count"),
        [
            ({}, 0),
            ({"distance_m": 60, "gap_s": 120, "category": 1.0, "address": 0.67}, 4),
            ({"distance_m": 60, "gap_s": 120, "category": 0.7, "address": None}, 3),
            ({"by": "desk01"}, 1),
        ],
    )
    def test_reasons_of_a_score(self, terms: dict[str, object], count: int) -> None:
        assert len(reasons(terms)) == count


def test_trees_for_the_script_speak_one_language() -> None:
    with translation.override("en"):
        tree = script_tree(TREE)
    question = tree["questions"]["in"]
    assert (tree["start"], question["text"]) == ("in", "Is the person still in the water?")
    assert [answer["text"] for answer in question["answers"]] == ["Yes", "No"]
    assert question["answers"][1]["advice"] == ""
