"""CAP messages, made by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from anning.wire.cap import values
from anning.wire.cap.values import Alert, Area, Circle, Info, Named, Reference, Resource
from anning.wire.xml import fit

LINE = st.text(max_size=12).map(fit)
SAID = LINE.filter(str.strip)
NAME = st.text("abcXYZ019.@-_:/宁波", min_size=1, max_size=12)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENT = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.one_of(st.just(UTC), ZONES)).map(
    lambda at: at.replace(microsecond=0)
)
LON, LAT = st.floats(-180, 180), st.floats(-90, 90)
POINTS = st.tuples(LON, LAT)
RINGS = st.lists(POINTS, min_size=3, max_size=5).map(lambda points: (*points, points[0]))
CIRCLES = st.builds(Circle, LON, LAT, st.integers(0, 10**6).map(float))
NAMED = st.builds(Named, SAID, SAID)
HEIGHT = st.none() | st.floats(-1000, 100_000)
MANY = {"max_size": 2}


def many(one: st.SearchStrategy, least: int = 0) -> st.SearchStrategy:
    """A short tuple."""
    return st.lists(one, min_size=least, max_size=max(least, 2)).map(tuple)


AREAS = st.builds(
    Area,
    description=SAID,
    polygons=many(RINGS),
    circles=many(CIRCLES),
    geocodes=many(NAMED),
    altitude_ft=HEIGHT,
    ceiling_ft=HEIGHT,
)
RESOURCES = st.builds(
    Resource,
    description=SAID,
    mime_type=st.just("image/png"),
    size_bytes=st.none() | st.integers(0, 10**9),
    uri=st.sampled_from(["", "https://x.example/a.png"]),
    content=st.sampled_from(["", "aGVsbG8="]),
    digest=LINE,
)
INFOS = st.builds(
    Info,
    categories=many(st.sampled_from(values.CATEGORY), 1),
    event=SAID,
    urgency=st.sampled_from(values.URGENCY),
    severity=st.sampled_from(values.SEVERITY),
    certainty=st.sampled_from(values.CERTAINTY),
    language=st.sampled_from(["zh-CN", "en-US", "en"]),
    responses=many(st.sampled_from(values.RESPONSE)),
    audience=LINE,
    event_codes=many(NAMED),
    effective=st.none() | MOMENT,
    onset=st.none() | MOMENT,
    sender_name=LINE,
    headline=LINE,
    description=LINE,
    instruction=LINE,
    web=st.sampled_from(["", "https://x.example/"]),
    contact=LINE,
    parameters=many(NAMED),
    resources=many(RESOURCES),
    areas=many(AREAS),
)
REFERENCES = st.builds(Reference, NAME, NAME, MOMENT)
ALERTS = st.builds(
    Alert,
    identifier=NAME,
    sender=NAME,
    sent=MOMENT,
    status=st.sampled_from(values.STATUS),
    message=st.sampled_from(values.MESSAGE),
    scope=st.sampled_from(values.SCOPE),
    source=LINE,
    restriction=SAID,
    addresses=many(st.text("ab c", min_size=1, max_size=6).filter(str.strip), 1),
    codes=many(SAID),
    note=LINE,
    references=many(REFERENCES, 1),
    incidents=many(NAME),
    infos=many(INFOS),
)
