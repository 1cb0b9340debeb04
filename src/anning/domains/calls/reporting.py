"""The rule of late reports: what a crew's word, heard at any time and in any order, does to the record of its task.

Pure: times in, a verdict out. See docs/background/late-reports.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from anning.domains.calls.folding import CLEARED, DECLINED

SLACK = timedelta(seconds=60)
"""Two accounts of one moment that differ by no more are the same account."""
LATE = timedelta(seconds=60)
"""A word heard longer than this after it happened is marked as reported late."""
ORDER = ("depart", "arrive")
"""The stages a crew goes through before its task ends, in their order."""
ENDS: Mapping[str, str] = {"clear": CLEARED, "decline": DECLINED}
"""What ends a task from the crew's side, with the outcome it leaves."""
ENTERED, KNOWN, CONFLICT = "entered", "known", "conflict"


@dataclass(frozen=True)
class Record:
    """What stands about one task: when each stage was reached (by action), when and how it ended.

    `others` are the actions (`depart`, `arrive`, `clear`, …) that somebody other than the sender reported.
    """

    assigned_at: datetime
    reached: Mapping[str, datetime]
    ended_at: datetime | None = None
    outcome: str = ""
    others: frozenset[str] = frozenset()

    @property
    def ended_by(self) -> str:
        """The action that ended the task; empty while it runs or when the desk ended it."""
        return next((action for action, outcome in ENDS.items() if outcome == self.outcome), "")


@dataclass(frozen=True)
class Verdict:
    """What to do with a word, and the time that holds for it."""

    what: str
    at: datetime


def bounded(record: Record, at: datetime, now: datetime) -> datetime:
    """`at` held within sane bounds: never before the task was given, never in the future."""
    return max(record.assigned_at, min(at, now))


def judge(record: Record, action: str, at: datetime, now: datetime) -> Verdict:
    """What the word `action`, said to have happened at `at` and heard at `now`, does to the record.

    `entered`: it fits, at the time returned. `known`: the record says so already. `conflict`: the world moved on, or
    somebody else's account differs by more than `SLACK`; then nothing is to be changed. The word of one sender is
    held between what the sender said before and after; it never contradicts itself by less than `SLACK`.
    """
    at = bounded(record, at, now)
    if action == "accept":
        return _accept(record, at)
    if action in ORDER:
        return _stage(record, action, at, now)
    if action in ENDS:
        return _end(record, action, at)
    return Verdict(ENTERED, at)


def _accept(record: Record, at: datetime) -> Verdict:
    if record.ended_at and (not record.ended_by or at - record.ended_at > SLACK):
        return Verdict(CONFLICT, at)
    behind = any(when <= at for when in record.reached.values())
    return Verdict(KNOWN if behind or "accept" in record.reached else ENTERED, at)


def _stage(record: Record, action: str, at: datetime, now: datetime) -> Verdict:
    if record.ended_at and not record.ended_by:
        return Verdict(CONFLICT, at)
    if action in record.reached:
        return _again(record, action, record.reached[action], at)
    before, after = ORDER[: ORDER.index(action)], ORDER[ORDER.index(action) + 1 :]
    low, low_by = max([(record.reached[one], one) for one in before if one in record.reached], default=(at, ""))
    high, high_by = min([(record.reached[one], one) for one in after if one in record.reached], default=(now, ""))
    if record.ended_at and record.ended_at <= high:
        high, high_by = record.ended_at, record.ended_by
        if at - high > SLACK:
            return Verdict(CONFLICT, at)
    off = (low_by in record.others and low - at > SLACK) or (high_by in record.others and at - high > SLACK)
    return Verdict(CONFLICT if off else ENTERED, min(max(at, low), high))


def _end(record: Record, action: str, at: datetime) -> Verdict:
    if record.ended_at:
        same = record.ended_by == action
        return _again(record, action, record.ended_at, at) if same else Verdict(CONFLICT, at)
    if action == "decline" and "arrive" in record.reached:
        return Verdict(CONFLICT, at)
    low, by = max([(when, one) for one, when in record.reached.items() if one in ORDER], default=(at, ""))
    if by in record.others and low - at > SLACK:
        return Verdict(CONFLICT, at)
    return Verdict(ENTERED, max(at, low))


def _again(record: Record, action: str, stands: datetime, at: datetime) -> Verdict:
    """A word about what is on record: known, unless somebody else's account of it differs."""
    differs = action in record.others and abs(stands - at) > SLACK
    return Verdict(CONFLICT if differs else KNOWN, at if differs else stands)


def fits(record: Record, action: str, at: datetime) -> bool:
    """Whether a stage nobody reported can be entered at exactly `at` without touching anything that stands."""
    if action not in ORDER or action in record.reached:
        return False
    place = ORDER.index(action)
    before = [record.reached[one] for one in ORDER[:place] if one in record.reached]
    after = [record.reached[one] for one in ORDER[place + 1 :] if one in record.reached]
    after += [record.ended_at] if record.ended_at else []
    return max([record.assigned_at, *before]) <= at <= min([at, *after])
