"""What is elsewhere cannot be reached by a way round: in lists and takings-out, or named inside a request."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from anning.kernel.contract import registry
from anning.kernel.work.models import Change, Item, Link, Task
from tests.contracts import walking
from tests.contracts.test_access import CLOSED
from tests.contracts.walking import County

pytestmark = pytest.mark.django_db
NONE = {"number": "JQ9999999", "unit": "no-such-unit", "area": "999999"}
"""What exists nowhere, of each sort."""


def read(client: Client, path: str, **headers: str) -> str:
    """The text of an answer, which must be one."""
    answer = client.get(path, **headers)
    assert answer.status_code == 200, path
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


@pytest.mark.parametrize("kind", [kind.code for kind in registry.kinds()])
def test_lists_layers_searches_and_exports_hold_ours_and_not_theirs(counties, kind: str) -> None:
    home, away = counties
    client, token = home.client("supervisor"), {"HTTP_AUTHORIZATION": f"Bearer {home.tokens['supervisor']}"}
    theirs = [item.number for item in away.items.values()] + [away.mark]
    shown = min(item.number for item in home.items.values() if item.kind == kind)
    paths = [
        f"/work/{kind}/",
        f"/work/{kind}/?area={away.code}",
        f"/work/{kind}/export.csv",
        f"/work/{kind}/export.json?area={away.code}",
        f"/map/layers/{kind}.geojson",
        f"/map/?kind={kind}",
    ]
    for path in paths:
        text = read(client, path)
        assert [one for one in theirs if one in text] == [], path
    for path in (f"/work/{kind}", f"/work/{kind}/layer", f"/work/{kind}/export/csv", f"/search?q={away.mark}"):
        text = read(Client(), f"/api/v1{path}", **token)
        assert [one for one in theirs if one in text] == [], path
    for path in (f"/work/{kind}/", f"/work/{kind}/export.csv", f"/map/layers/{kind}.geojson"):
        assert shown in read(client, path), f"{path} shows nothing of ours, so that it proves nothing"


@pytest.mark.parametrize("register", [register.code for register in registry.registers()])
def test_registers_hold_ours_and_not_theirs(counties, register: str) -> None:
    home, away = counties
    client, token = home.client("supervisor"), {"HTTP_AUTHORIZATION": f"Bearer {home.tokens['supervisor']}"}
    mine, their = (
        f"{county.code}001" if register == "names" else re.escape(county.keys[register]) for county in (home, away)
    )
    for text in (
        read(client, f"/registers/{register}/"),
        read(client, f"/registers/{register}/export.csv"),
        read(Client(), f"/api/v1/registers/{register}", **token),
        read(Client(), f"/api/v1/registers/{register}/export/json", **token),
    ):
        assert re.search(rf"(?<!\d){mine}(?!\d)", text)
        assert not re.search(rf"(?<!\d){their}(?!\d)", text)


def bodies(home: County, away: County) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Operations on our own things that name another county's inside: path, and the body naming theirs or nothing."""
    waiting, busy = home.fresh("waiting"), home.fresh("busy")
    at, them = "/api/v1/calls/incidents", {"number": away.items["waiting"].number, "unit": away.free.code}

    def pair(name: str, path: str, **body: Any) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
        def filled(found: dict[str, str]) -> dict[str, Any]:
            return json.loads(re.sub(r"<(\w+)>", lambda match: found[match[1]], json.dumps(body)))

        return name, path, filled(them), filled(NONE)

    seen = {"version": waiting.version, "reason": "so"}
    call = {"category": "public", "received_at": "2026-03-04T02:00:00Z", "lon": busy.lon, "lat": busy.lat}
    return [
        pair("merge", f"{at}/{waiting.number}/merge", into="<number>", **seen),
        pair("assign", f"{at}/{waiting.number}/assign", units=["<unit>"], **seen),
        pair("report", f"{at}/{busy.number}/report", unit="<unit>", action="depart"),
        pair(
            "take over",
            f"{at}/{busy.number}/take-over",
            leaving=home.unit.code,
            coming="<unit>",
            version=busy.version,
            reason="so",
        ),
        pair("take", "/api/v1/calls/take", source_key="fresh", join="<number>", **call),
    ]


def test_naming_another_countys_things_is_answered_as_naming_nothing(counties) -> None:
    home, away = counties
    token = {"HTTP_AUTHORIZATION": f"Bearer {home.tokens['dispatcher']}"}

    def said(path: str, body: dict[str, Any], named: dict[str, Any]) -> tuple[int, str]:
        answer = Client().post(path, json.dumps(body), content_type="application/json", **token)
        text = answer.content.decode()
        for value in named.values():
            text = text.replace(str(value[0] if isinstance(value, list) else value), "…")
        return answer.status_code, text

    before = (Item.objects.count(), Change.objects.count(), Link.objects.count(), Task.objects.count())
    for name, path, theirs, none in bodies(home, away):
        answered = said(path, theirs, theirs)
        assert answered[0] in (404, 422), name
        assert answered == said(path, none, none), name
    assert before == (Item.objects.count(), Change.objects.count(), Link.objects.count(), Task.objects.count())


def test_a_link_into_another_county_shows_on_neither_side(counties) -> None:
    home, away = counties
    mine, their = home.items["busy"], away.items["busy"]
    across = Link.objects.create(kind="same_event", source=mine, target=their, proposed_at=mine.opened_at)
    for county, other in ((home, their), (away, mine)):
        client = county.client("supervisor")
        token = {"HTTP_AUTHORIZATION": f"Bearer {county.tokens['supervisor']}"}
        number = county.items["busy"].number
        for text in (
            read(client, f"/calls/{number}"),
            read(client, f"/calls/{number}/panel"),
            read(Client(), f"/api/v1/work/incident/{number}", **token),
        ):
            assert other.number not in text
        assert client.post(f"/calls/links/{across.pk}/merge").status_code == 404
        there = f"/work/incident/{number}/links/{across.pk}/accepted"
        assert client.post(there).status_code == 404
    across.refresh_from_db()
    assert across.state == "proposed"


@pytest.mark.parametrize("signed_in", [False, True])
def test_pages_of_the_account_package_that_are_closed_do_not_exist(counties, signed_in: bool) -> None:
    client = counties[0].client("administrator") if signed_in else Client()
    asked = 0
    for address in walking.addresses():
        if address.name in CLOSED and "(" not in address.route:
            asked += 1
            assert client.get(f"/{address.route}").status_code == 404, address
            assert client.post(f"/{address.route}").status_code == 404, address
    assert asked >= 8
    for path in ("confirm-email/key/", "password/reset/key/1-set-password/"):
        assert client.get(f"/accounts/{path}").status_code == 404, path
