"""Values of GeoReport v2, made by hypothesis."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

from hypothesis import strategies as st

from anning.wire.open311.values import Attribute, Choice, Definition, Fault, Receipt, Service, ServiceRequest
from anning.wire.xml import fit

LINE = st.text(max_size=30).map(fit)
KEY = LINE.filter(str.strip)
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENT = st.datetimes(timezones=st.one_of(st.just(UTC), ZONES)).map(lambda at: at.replace(microsecond=0))
CHOICES = st.lists(st.builds(Choice, LINE, LINE), max_size=3).map(tuple)
ATTRIBUTES = st.builds(
    Attribute,
    code=KEY,
    description=LINE,
    datatype=st.sampled_from(["string", "singlevaluelist"]),
    variable=st.booleans(),
    required=st.booleans(),
    datatype_description=LINE,
    order=st.integers(0, 99),
    values=CHOICES,
)
DEFINITIONS = st.builds(Definition, KEY, st.lists(ATTRIBUTES, max_size=3).map(tuple))
OF_EACH_KIND = {
    Service: st.builds(
        Service, code=KEY, name=KEY, description=LINE, metadata=st.booleans(), type=LINE, keywords=LINE, group=LINE
    ),
    ServiceRequest: st.builds(
        ServiceRequest,
        request_id=KEY,
        status=st.sampled_from(["open", "closed"]),
        status_notes=LINE,
        service_name=LINE,
        description=LINE,
        requested_at=st.none() | MOMENT,
        updated_at=st.none() | MOMENT,
        lat=st.none() | st.floats(-90, 90),
        lon=st.none() | st.floats(-180, 180),
        address=LINE,
        media_url=LINE,
    ),
    Receipt: st.builds(Receipt, request_id=KEY, token=LINE, service_notice=LINE, account_id=LINE),
    Fault: st.builds(Fault, code=st.integers(400, 599), description=LINE),
}
