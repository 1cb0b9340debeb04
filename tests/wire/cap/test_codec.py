"""CAP 1.2: there and back, valid by the OASIS schema, and faults that name their element."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.wire.cap.codec import NAMESPACE, decode, encode
from anning.wire.cap.texts import write_circle, write_time
from anning.wire.cap.values import Alert, Area, CapError, Circle, Info, Named, Reference
from tests.wire.cap.made import ALERTS
from tests.wire.cap.schema import needs_schema, schema

SENT = datetime(2026, 3, 4, 10, 0, tzinfo=timezone(timedelta(hours=8)))
INFO = Info(("Fire",), "Factory fire", "Immediate", "Severe", "Observed")
ALERT = Alert("3302-1", "ningbo@anning", SENT, "Actual", "Alert", "Public", infos=(INFO,))
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
EARLIER = Reference("ningbo@anning", "3302-0", SENT)


@SLOW
@given(ALERTS)
def test_what_is_encoded_is_decoded_as_it_was(alert: Alert) -> None:
    assert decode(encode(alert)) == alert


@needs_schema
@pytest.mark.data
def test_what_is_encoded_is_valid_by_the_oasis_schema() -> None:
    official = schema()

    @SLOW
    @given(ALERTS)
    def validates(alert: Alert) -> None:
        official.validate(encode(alert).decode())

    validates()


@needs_schema
@pytest.mark.data
def test_the_schema_finds_what_is_wrong() -> None:
    wrong = encode(ALERT).replace(b"Immediate", b"Soonish")
    assert not schema().is_valid(wrong.decode())


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    with pytest.raises(CapError, match=r"CAP"):
        decode(data)


def test_utc_is_written_without_the_letter_z() -> None:
    assert write_time(datetime(2026, 3, 4, tzinfo=UTC)) == "2026-03-04T00:00:00-00:00"
    assert write_time(SENT) == "2026-03-04T10:00:00+08:00"


def test_points_stand_latitude_first_and_circles_in_kilometres() -> None:
    assert write_circle(Circle(121.5, 29.8, 1500)) == "29.8,121.5 1.5"
    assert write_circle(Circle(1e-7, 29.8, 0)) == "29.8,0.0000001 0"
    ring = ((121.0, 29.0), (122.0, 29.0), (122.0, 30.0), (121.0, 29.0))
    body = encode(replace(ALERT, infos=(replace(INFO, areas=(Area("Haishu", (ring,)),)),)))
    assert b">29,121 29,122 30,122 29,121<" in body


def test_addresses_with_spaces_stand_in_quotes() -> None:
    private = replace(ALERT, scope="Private", addresses=("fire brigade", "police"))
    assert b'>"fire brigade" police<' in encode(private)
    assert decode(encode(private)).addresses == ("fire brigade", "police")


SAMPLE = f"""<?xml version="1.0"?>
<alert xmlns="{NAMESPACE}"><identifier>KSTO1055887203</identifier><sender>KSTO@NWS.NOAA.GOV</sender>
<sent>2003-06-17T14:57:00-07:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><category>Met</category><event>SEVERE THUNDERSTORM</event><responseType>Shelter</responseType>
<urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
<eventCode><valueName>SAME</valueName><value>SVR</value></eventCode>
<area><areaDesc>EXTREME NORTH CENTRAL TUOLUMNE COUNTY</areaDesc>
<polygon>38.47,-120.14 38.34,-119.95 38.52,-119.74 38.62,-119.89 38.47,-120.14</polygon>
<geocode><valueName>SAME</valueName><value>006109</value></geocode></area></info>
<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature></alert>"""


def test_a_thunderstorm_warning_of_another_system_is_read() -> None:
    alert = decode(SAMPLE.encode())
    assert (alert.identifier, alert.sent.utcoffset()) == ("KSTO1055887203", timedelta(hours=-7))
    (info,) = alert.infos
    assert (info.language, info.responses, info.event_codes) == ("en-US", ("Shelter",), (Named("SAME", "SVR"),))
    assert info.areas[0].polygons[0][0] == (-120.14, 38.47)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"identifier": "a b"}, "identifier: 'a b' is no name: it is empty or holds a space"),
        ({"sent": datetime(2026, 3, 4)}, "sent: the time 2026-03-04 00:00:00 has no offset"),
        ({"status": "Real"}, "status: 'Real' is none of Actual, Exercise"),
        ({"scope": "Restricted"}, "scope Restricted needs a restriction"),
        ({"scope": "Private"}, "scope Private needs addresses"),
        ({"message": "Cancel"}, "msgType Cancel needs references"),
        ({"infos": (replace(INFO, categories=()),)}, "alert: info: category is missing"),
        ({"infos": (replace(INFO, event=""),)}, "event is missing"),
        ({"infos": (replace(INFO, expires=SENT - timedelta(hours=1)),)}, "info 1: expires before it takes effect"),
        ({"infos": (replace(INFO, areas=(Area("a", (((0.0, 0.0),),)),)),)}, "polygon: a polygon needs at least four"),
        ({"infos": (replace(INFO, areas=(Area("a", circles=(Circle(200, 0, 1),)),)),)}, "circle: 200 lies outside"),
        ({"infos": (replace(INFO, language="中文"),)}, "language: '中文' is no language tag"),
    ],
)
def test_a_message_that_cannot_be_says_which_element(change, words) -> None:
    with pytest.raises(CapError, match=words):
        encode(replace(ALERT, **change))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2003-06-17T14:57:00-07:00", "yesterday", "alert: sent: 'yesterday' is no time"),
        ("2003-06-17T14:57:00-07:00", "0001-01-01T00:00:00+14:00", "is nobody's time"),
        ("<status>Actual</status>", "", "alert: status is missing"),
        ("<scope>Public</scope>", "<scope>Public</scope>" * 2, "scope stands 2 times"),
        ("Immediate", "Soonish", "alert: info 1: urgency: 'Soonish' is none of"),
        ("38.47,-120.14 38.34", "38.47 38.34", "area 1: polygon 1: '38.47' is no point"),
        ("cap:1.2", "cap:1.1", r"of an older version \(urn:oasis:names:tc:emergency:cap:1.1\) is no CAP 1.2 alert"),
        ("<event>SEVERE THUNDERSTORM</event>", "<event> </event>", "event: is empty"),
    ],
)
def test_a_document_that_is_wrong_says_where(old, new, words) -> None:
    with pytest.raises(CapError, match=words):
        decode(SAMPLE.replace(old, new).encode())


def test_a_cancellation_may_tell_of_what_has_expired() -> None:
    over = replace(INFO, expires=SENT - timedelta(hours=1))
    cancelled = replace(ALERT, message="Cancel", references=(EARLIER,), infos=(over,))
    assert decode(encode(cancelled)) == cancelled
