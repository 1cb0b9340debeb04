"""The rule of late reports, alone: what is entered, known or at odds; order of arrival does not matter."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.domains.calls.folding import CLEARED, DECLINED, STOOD_DOWN, TAKEN_OVER
from anning.domains.calls.reporting import CONFLICT, ENDS, ENTERED, KNOWN, SLACK, Record, bounded, fits, judge

SENT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NOW = SENT + timedelta(hours=1)
ACTIONS = ("accept", "depart", "arrive", "clear", "decline", "trouble", "note")
OUTCOMES = ("", CLEARED, DECLINED, STOOD_DOWN, TAKEN_OVER)


def at(minutes: float) -> datetime:
    return SENT + timedelta(minutes=minutes)


def entered(record: Record, action: str, when: datetime) -> Record:
    """The record after a word was entered by the crew itself."""
    if action in ENDS:
        return Record(record.assigned_at, record.reached, when, ENDS[action], record.others)
    reached = {**record.reached, action: when} if action in ("accept", "depart", "arrive") else record.reached
    return Record(record.assigned_at, reached, record.ended_at, record.outcome, record.others)


def told(record: Record, action: str, when: datetime, now: datetime = NOW) -> Record:
    verdict = judge(record, action, when, now)
    return entered(record, action, verdict.at) if verdict.what == ENTERED else record


class TestOneCrew:
    @pytest.mark.parametrize("order", list(permutations([("depart", 1), ("arrive", 5), ("clear", 30)])))
    def test_the_order_of_arrival_does_not_matter(self, order) -> None:
        record = Record(SENT, {})
        for action, minutes in order:
            record = told(record, action, at(minutes))
        assert dict(record.reached) == {"depart": at(1), "arrive": at(5)}
        assert (record.ended_at, record.outcome) == (at(30), CLEARED)

    def test_a_second_word_about_the_same_is_known_and_the_first_stands(self) -> None:
        record = told(Record(SENT, {}), "arrive", at(5))
        assert judge(record, "arrive", at(9), NOW).what == KNOWN
        assert judge(record, "arrive", at(9), NOW).at == at(5)

    def test_a_stage_out_of_order_is_held_between_its_neighbours(self) -> None:
        record = told(Record(SENT, {}), "depart", at(5))
        assert judge(record, "arrive", at(4), NOW) == judge(record, "arrive", at(5), NOW)
        assert judge(told(record, "arrive", at(7)), "clear", at(6), NOW).at == at(7)

    def test_never_before_the_task_and_never_in_the_future(self) -> None:
        assert judge(Record(SENT, {}), "depart", at(-10), NOW).at == SENT
        assert judge(Record(SENT, {}), "depart", NOW + timedelta(days=2), NOW).at == NOW

    def test_nobody_is_on_scene_after_having_cleared(self) -> None:
        record = told(told(Record(SENT, {}), "arrive", at(5)), "clear", at(10))
        assert judge(record, "depart", at(3), NOW).what == ENTERED
        gone = told(Record(SENT, {}), "clear", at(10))
        assert judge(gone, "arrive", at(12), NOW).what == CONFLICT
        assert judge(gone, "arrive", at(10.5), NOW) == judge(gone, "arrive", at(10), NOW)

    def test_who_is_there_cannot_decline(self) -> None:
        assert judge(told(Record(SENT, {}), "depart", at(2)), "decline", at(3), NOW).what == ENTERED
        assert judge(told(Record(SENT, {}), "arrive", at(2)), "decline", at(3), NOW).what == CONFLICT

    def test_who_declined_does_not_come_after_all(self) -> None:
        record = told(Record(SENT, {}), "decline", at(2))
        assert judge(record, "depart", at(9), NOW).what == CONFLICT
        assert judge(record, "accept", at(1), NOW).what == ENTERED
        assert judge(record, "clear", at(9), NOW).what == CONFLICT
        assert judge(record, "decline", at(2), NOW).what == KNOWN

    def test_taking_a_task_one_is_on_the_way_to_says_nothing_new(self) -> None:
        record = told(Record(SENT, {}), "depart", at(2))
        assert judge(record, "accept", at(3), NOW).what == KNOWN
        assert judge(record, "accept", at(1), NOW).what == ENTERED


class TestOthers:
    @pytest.mark.parametrize("outcome", [STOOD_DOWN, TAKEN_OVER])
    @pytest.mark.parametrize("action", ["accept", "depart", "arrive", "clear", "decline"])
    def test_the_desk_ended_the_task(self, outcome: str, action: str) -> None:
        record = Record(SENT, {}, at(10), outcome)
        assert judge(record, action, at(5), NOW).what == CONFLICT
        assert judge(record, action, at(15), NOW).what == CONFLICT

    @pytest.mark.parametrize("action", ["note", "trouble"])
    def test_remarks_and_calls_for_help_are_always_taken(self, action: str) -> None:
        record = Record(SENT, {}, at(10), STOOD_DOWN)
        assert judge(record, action, at(15), NOW).what == ENTERED

    def test_another_account_of_a_stage_by_more_than_the_slack(self) -> None:
        record = Record(SENT, {"arrive": at(7)}, others=frozenset({"arrive"}))
        assert judge(record, "arrive", at(7) - SLACK, NOW).what == KNOWN
        assert judge(record, "arrive", at(5), NOW).what == CONFLICT
        assert judge(record, "depart", at(5), NOW).what == ENTERED
        assert judge(record, "depart", at(9), NOW).what == CONFLICT
        assert judge(record, "clear", at(5), NOW).what == CONFLICT

    def test_the_desk_cleared_the_unit(self) -> None:
        record = Record(SENT, {}, at(20), CLEARED, frozenset({"clear"}))
        assert judge(record, "arrive", at(5), NOW).what == ENTERED
        assert judge(record, "arrive", at(25), NOW).what == CONFLICT
        assert judge(record, "clear", at(25), NOW).what == CONFLICT
        assert judge(record, "clear", at(20.5), NOW).what == KNOWN


class TestFits:
    def test_a_stage_nobody_reported_within_the_time_of_the_task(self) -> None:
        record = Record(SENT, {}, at(10), STOOD_DOWN)
        assert fits(record, "arrive", at(5))
        assert not fits(record, "arrive", at(11))
        assert not fits(record, "clear", at(5))
        assert not fits(Record(SENT, {"arrive": at(3)}, at(10), STOOD_DOWN), "arrive", at(5))
        assert not fits(Record(SENT, {"arrive": at(3)}, at(10), STOOD_DOWN), "depart", at(5))


moments = st.integers(-300, 4000).map(lambda seconds: SENT + timedelta(seconds=seconds))


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), moments), max_size=8), st.sampled_from(OUTCOMES), moments)
def test_whatever_is_said_the_record_stays_in_order(words, outcome: str, ended: datetime) -> None:
    record = Record(SENT, {}, bounded(Record(SENT, {}), ended, NOW) if outcome else None, outcome)
    for action, when in words:
        record = told(record, action, when)
        stages = [record.reached[one] for one in ("depart", "arrive") if one in record.reached]
        line = [SENT, *stages, *([record.ended_at] if record.ended_at else []), NOW]
        assert line == sorted(line)


@given(st.permutations(["depart", "arrive", "clear"]), st.lists(st.integers(0, 3600), min_size=3, max_size=3))
def test_a_crew_that_tells_the_truth_is_understood_in_any_order(order, seconds: list[int]) -> None:
    true = dict(zip(("depart", "arrive", "clear"), (SENT + timedelta(seconds=s) for s in sorted(seconds)), strict=True))
    record = Record(SENT, {})
    for action in order:
        assert judge(record, action, true[action], NOW).what == ENTERED
        record = told(record, action, true[action])
    assert {**record.reached, "clear": record.ended_at} == true
