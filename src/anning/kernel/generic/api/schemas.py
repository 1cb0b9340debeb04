"""What the API takes and gives."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from anning.kernel.generic.query import EARLIEST, LATEST
from anning.kernel.work.models import Attachment, Change, Clock, Item, Link, Task
from anning.kernel.work.selectors.items import summary


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a NUL character, which no text may")
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("says nothing")
    return text.strip()


def _storable(data: dict[str, Any]) -> dict[str, Any]:
    try:
        text = json.dumps(data, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise ValueError("holds a number that is none, or is nested too deep") from error
    if "\\u0000" in text:
        raise ValueError("holds a NUL character, which no text may")
    return data


def _storable_moment(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("lies outside the years 1900 to 2200")
    return moment.astimezone(UTC)  # PostgreSQL takes no offset of 16 hours or more


def _in_city(moment: datetime) -> datetime:
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


Text = Annotated[str, AfterValidator(_no_nul)]
Reason = Annotated[Text, StringConstraints(min_length=1, max_length=200), AfterValidator(_said)]
Line = Annotated[Text, StringConstraints(max_length=200)]
Code = Annotated[Text, StringConstraints(max_length=40, pattern=r"^[\w.\-]*$")]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Data = Annotated[dict[str, Any], AfterValidator(_storable)]
Moment = Annotated[AwareDatetime, AfterValidator(_storable_moment)]
CityMoment = Annotated[datetime, AfterValidator(_in_city), AfterValidator(_storable_moment)]
"""A time; one without an offset is taken in the city's zone."""
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
RowId = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Problem(Schema):
    """Why a request was not carried out."""

    detail: Any


class ChangeOut(Schema):
    """A row of an item's timeline."""

    version: int
    verb: str
    old: str
    new: str
    reason: str
    data: dict[str, Any]
    at: datetime
    actor: str


class Conflict(Schema):
    """Somebody else was first: the version now, and what they did."""

    detail: str
    version: int
    changes: list[ChangeOut]


class ItemOut(Schema):
    """A work item as lists show it; nothing personal."""

    number: str
    kind: str
    state: str
    version: int
    priority: int
    title: str
    category: str
    area_code: str
    lon: float | None
    lat: float | None
    opened_at: datetime
    state_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


class ClockOut(Schema):
    """A time limit on an item."""

    code: str
    started_at: datetime
    due_at: datetime | None
    limit_s: int
    paused: bool
    stopped_at: datetime | None
    breached_at: datetime | None


class TaskOut(Schema):
    """A unit sent to an item."""

    unit: str
    assigned_at: datetime
    en_route_at: datetime | None
    on_scene_at: datetime | None
    ended_at: datetime | None
    outcome: str


class LinkOut(Schema):
    """A link of an item to another."""

    id: int
    kind: str
    source: str
    target: str
    state: str
    score: float | None
    reasons: dict[str, Any]


class FileOut(Schema):
    """A file kept with an item."""

    sha256: str
    name: str
    media_type: str
    size_bytes: int
    added_at: datetime


class VerbOut(Schema):
    """A move the asking user may make now."""

    verb: str
    title: str
    needs_reason: bool


class DetailOut(ItemOut):
    """A work item with its particulars and everything that hangs on it."""

    fields: dict[str, Any]
    verbs: list[VerbOut]
    clocks: list[ClockOut]
    tasks: list[TaskOut]
    links: list[LinkOut]
    attachments: list[FileOut]


class PageOut(Schema):
    """A page of items, newest first, and the cursor of the next page."""

    items: list[ItemOut]
    next: str | None


class ActIn(Schema):
    """A move: the version the person saw (left out by machines), a reason, and the verb's own data."""

    version: Version | None = None
    reason: Text = ""
    data: Data = {}


class NoteIn(Schema):
    """A remark."""

    text: Annotated[Text, StringConstraints(min_length=1, max_length=4000)]


class DecideIn(Schema):
    """What becomes of a link: accepted, rejected or undone; `version` is that of the link's source as seen."""

    state: Annotated[str, StringConstraints(pattern="^(accepted|rejected|undone)$")]
    version: Version | None = None
    reason: Text = ""


class PurposeIn(Schema):
    """Why contact details are looked at."""

    purpose: Annotated[Text, StringConstraints(min_length=1, max_length=200)]


def item_out(item: Item) -> ItemOut:
    """The schema of an item."""
    return ItemOut(**summary(item))


def change_out(change: Change) -> ChangeOut:
    """The schema of a timeline row."""
    return ChangeOut(
        version=change.version,
        verb=change.verb,
        old=change.old,
        new=change.new,
        reason=change.reason,
        data=change.data,
        at=change.at,
        actor=change.actor,
    )


def clock_out(clock: Clock) -> ClockOut:
    """The schema of a clock."""
    names = ("code", "started_at", "due_at", "limit_s", "stopped_at", "breached_at")
    return ClockOut(paused=clock.paused_at is not None, **{name: getattr(clock, name) for name in names})


def task_out(task: Task) -> TaskOut:
    """The schema of a task; the unit is loaded with it."""
    names = ("assigned_at", "en_route_at", "on_scene_at", "ended_at", "outcome")
    return TaskOut(unit=task.unit.code, **{name: getattr(task, name) for name in names})


def link_out(link: Link) -> LinkOut:
    """The schema of a link; both items are loaded with it."""
    return LinkOut(
        id=link.pk,
        kind=link.kind,
        source=link.source.number,
        target=link.target.number,
        state=link.state,
        score=link.score,
        reasons=link.reasons,
    )


def file_out(file: Attachment) -> FileOut:
    """The schema of an attachment."""
    names = ("sha256", "name", "media_type", "size_bytes", "added_at")
    return FileOut(**{name: getattr(file, name) for name in names})


def plain(value: Any) -> Any:
    """A field's value as JSON takes it; what is no plain value by its text, sealed ones unopened."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
