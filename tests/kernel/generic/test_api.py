"""The JSON API of a declared kind: what a page does, it does, for the same people."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anning.kernel.access.selectors import viewer_of
from anning.kernel.audit.models import Entry
from anning.kernel.contract import registry
from anning.kernel.contract.roles import OVERSIGHT, ROLES
from anning.kernel.generic.services import open_work
from anning.kernel.org.models import Duty, User
from anning.kernel.org.services import make_token
from anning.kernel.search.services import index
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Alert, Attachment, Change, Item, Link
from anning.kernel.work.services import items
from anning.kernel.work.services.items import Draft
from anning.kernel.work.services.links import propose
from anning.project import api as project_api
from tests import factories, pages

BASE = "/api/v1/work/incident"
WELL, WELLS = "/api/v1/work/well", "tests.kernel.generic.well_urls"
"""A kind that whoever may opens, and the URLs it is found under."""
AWAY = f"{factories.AWAY}001"
OTHERS = {"page", "first"}


class Machine:
    """A machine that speaks for a user by a token."""

    def __init__(self, who: User) -> None:
        self.who = who
        self.client = Client(headers={"Authorization": f"Bearer {make_token(None, who, 'test')}"})

    def get(self, path: str, **query: object):
        return self.client.get(path, query)

    def post(self, path: str, body: object = None):
        return self.client.post(path, json.dumps(body or {}), content_type="application/json")

    def patch(self, path: str, body: object):
        return self.client.patch(path, json.dumps(body), content_type="application/json")


@pytest.fixture
def machine(here) -> Machine:
    return Machine(factories.user("supervisor"))


def machine_of(role: str, area_code: str = "") -> Machine:
    return Machine(factories.user(role, area_code, in_unit=factories.unit()))


# who asks


def test_nobody_gets_nothing(here) -> None:
    for path in (BASE, "/api/v1/me", "/api/v1/search?q=x", "/api/v1/registers/units"):
        assert Client().get(path).status_code == 401


def test_a_session_reads_and_writes_only_with_its_proof(here) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("supervisor"))
    assert client.get(BASE).status_code == 200
    body = json.dumps({"text": "x"})
    assert (
        client.post(f"{BASE}/{factories.incident().number}/notes", body, content_type="application/json").status_code
        == 403
    )


def test_a_wrong_token_is_not_covered_up_by_a_session(supervisor) -> None:
    assert supervisor.get(BASE, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_me_says_what_one_may(machine) -> None:
    told = machine.get("/api/v1/me").json()
    assert told["username"] == machine.who.username
    assert told["on_duty"] is False
    assert told["grants"] == [{"role": "supervisor", "area_code": "", "kinds": []}]


# reading


def test_the_list_is_the_pages_list(machine) -> None:
    made = [factories.incident().number for _ in range(3)]
    found = machine.get(BASE, limit=2).json()
    assert [row["number"] for row in found["items"]] == made[:0:-1]
    rest = machine.get(BASE, cursor=found["next"]).json()
    assert [row["number"] for row in rest["items"]] == made[:1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"state": "new"}, 2),
        ({"state": "closed"}, 0),
        ({"priority": 1}, 1),
        ({"area": factories.AWAY}, 1),
        ({"open": True}, 2),
        ({"since": "2026-03-05T00:00:00Z"}, 0),
        ({"until": "2026-03-05T00:00:00Z"}, 2),
        ({"q": "落水"}, 1),
        ({"q": "落水", "priority": 2}, 0),
    ],
)
def test_filters_narrow_it(machine, query: dict, left: int) -> None:
    factories.incident()
    factories.incident("有人落水", AWAY, 1)
    index(factories.NOW)
    assert len(machine.get(BASE, **query).json()["items"]) == left


@pytest.mark.parametrize(
    "query",
    [
        {"priority": 9},
        {"limit": 0},
        {"limit": 201},
        {"since": "yesterday"},
        {"since": "2026-03-04T00:00:00"},
        {"state": "a b"},
        {"q": "x" * 201},
        {"q": "\0"},
    ],
)
def test_what_cannot_be_read_is_said(machine, query: dict) -> None:
    assert machine.get(BASE, **query).status_code == 422


def test_an_item_comes_with_all_that_hangs_on_it(machine) -> None:
    item = factories.incident()
    other = factories.incident()
    propose("same_event", item, other, 0.5, {"near": True}, factories.NOW)
    told = machine.get(f"{BASE}/{item.number}").json()
    assert told["number"] == item.number
    assert {verb["verb"] for verb in told["verbs"]} == {"close"}
    assert told["clocks"][0]["code"] == "assign"
    assert told["links"][0]["target"] == other.number
    assert told["tasks"] == told["attachments"] == []
    assert [change["verb"] for change in machine.get(f"{BASE}/{item.number}/timeline").json()] == ["open"]


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_another_countys_item_is_404_everywhere(here, role: str) -> None:
    item, asking = factories.incident(area_code=AWAY), machine_of(role, factories.HOME)
    link = propose("same_event", item, factories.incident(area_code=AWAY), 0.5, {}, factories.NOW)
    base = f"{BASE}/{item.number}"
    for path in ("", "/timeline", "/trail", f"/files/{'0' * 64}"):
        assert asking.get(base + path).status_code == 404, path
    assert asking.post(f"{base}/act/close", {"version": 1, "reason": "x"}).status_code == 404
    assert asking.patch(base, {"title": "x"}).status_code == 404
    assert asking.post(f"{base}/notes", {"text": "x"}).status_code == 404
    assert asking.post(f"{base}/links/{link.pk}", {"state": "accepted"}).status_code == 404
    upload = {"file": SimpleUploadedFile("a.txt", b"words")}
    assert asking.client.post(f"{base}/files", upload).status_code == 404


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_the_trail_is_for_those_who_oversee(here, role: str) -> None:
    item = factories.incident()
    response = machine_of(role).get(f"{BASE}/{item.number}/trail")
    assert response.status_code == (200 if role in OVERSIGHT else 404)
    if response.status_code == 200:
        assert [entry["action"] for entry in response.json()] == ["open"]


# writing


@pytest.mark.parametrize("kind", ["incident", "matter", "joint"])
@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_what_comes_of_a_call_is_not_opened_without_one(here, role: str, kind: str) -> None:
    asking = machine_of(role)
    answer = asking.post(f"/api/v1/work/{kind}", {"title": "x", "lon": 121.2, "lat": 29.5})
    assert answer.status_code == 405
    page = pages.browser(asking.who)
    for sent in (page.get, page.post):
        assert sent(f"/work/{kind}/new", {"title": "x", "priority": "2"}).status_code == 404
    with pytest.raises(NotVisibleError):
        open_work(viewer_of(asking.who), registry.kind(kind), Draft(title="x"), {})
    assert not Item.objects.exists()


@pytest.mark.urls(WELLS)
def test_an_item_is_opened_once_per_key(machine) -> None:
    body = {"title": "有人落水", "priority": 1, "lon": 121.2, "lat": 29.5, "source_key": "abc"}
    first, again = machine.post(WELL, body), machine.post(WELL, body)
    assert first.status_code == again.status_code == 201
    assert first.json()["number"] == again.json()["number"]
    assert first.json()["area_code"] == f"{factories.HOME}001"
    assert Item.objects.count() == 1


@pytest.mark.urls(WELLS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "   "},
        {"priority": 0},
        {"lon": 121.2},
        {"lon": 999, "lat": 0},
        {"source_key": "x" * 61},
        {"source_key": ""},
        {"fields": {"nosuch": 1}},
        {"fields": {"address": "a\0b"}},
        {"fields": {"address": float("nan")}},
        {"category": "a b"},
        {"title": "a\0b"},
    ],
)
def test_what_cannot_be_kept_is_refused(machine, wrong: dict) -> None:
    assert machine.post(WELL, {"title": "x", **wrong}).status_code == 422
    assert not Item.objects.exists()


def test_a_move_is_made_on_the_version_seen(machine) -> None:
    item = factories.incident()
    moved = machine.post(f"{BASE}/{item.number}/act/close", {"version": 1, "reason": "误报"})
    assert (moved.status_code, moved.json()["state"]) == (200, "closed")
    late = machine.post(f"{BASE}/{item.number}/act/reopen", {"version": 1, "reason": "x"})
    assert late.status_code == 409
    assert late.json()["version"] == 2
    assert [change["verb"] for change in late.json()["changes"]] == ["close"]
    assert machine.post(f"{BASE}/{item.number}/act/close", {"version": 2}).status_code == 422


def test_a_correction_finds_the_area_anew(machine) -> None:
    item = factories.incident()
    told = machine.patch(f"{BASE}/{item.number}", {"version": 1, "lon": 121.7, "lat": 29.5, "reason": "moved"})
    assert told.json()["area_code"] == AWAY
    assert machine.patch(f"{BASE}/{item.number}", {"version": 1, "title": "x"}).status_code == 409
    assert machine.patch(f"{BASE}/{item.number}", {"title": ""}).status_code == 422


def test_a_remark_is_added(machine) -> None:
    item = factories.incident()
    assert machine.post(f"{BASE}/{item.number}/notes", {"text": "已到场"}).status_code == 201
    assert Change.objects.get(verb="note").reason == "已到场"
    for text in ("", "x" * 4001, "a\0b"):
        assert machine.post(f"{BASE}/{item.number}/notes", {"text": text}).status_code == 422


def test_a_link_is_decided(machine) -> None:
    item = factories.incident()
    link = propose("same_event", item, factories.incident(), 0.5, {}, factories.NOW)
    other = factories.incident()
    assert machine.post(f"{BASE}/{other.number}/links/{link.pk}", {"state": "accepted"}).status_code == 404
    assert machine.post(f"{BASE}/{item.number}/links/{link.pk}", {"state": "perhaps"}).status_code == 422
    assert machine.post(f"{BASE}/{item.number}/links/{link.pk}", {"state": "accepted"}).json()["state"] == "accepted"
    assert machine.post(f"{BASE}/{item.number}/links/{link.pk}", {"state": "rejected"}).status_code == 422
    assert Link.objects.get().state == "accepted"


# files


def test_a_file_is_kept_and_fetched(machine) -> None:
    item = factories.incident()
    kept = machine.client.post(f"{BASE}/{item.number}/files", {"file": SimpleUploadedFile("现场.txt", b"words")})
    assert kept.status_code == 201
    assert kept.json()["name"] == "现场.txt"
    fetched = machine.get(f"{BASE}/{item.number}/files/{kept.json()['sha256']}")
    assert b"".join(fetched.streaming_content) == b"words"
    assert machine.get(f"{BASE}/{item.number}").json()["attachments"][0]["size_bytes"] == 5


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"MZ\0"), ("a.txt", b"")])
def test_a_file_not_taken_is_refused(machine, name: str, content: bytes) -> None:
    item = factories.incident()
    response = machine.client.post(f"{BASE}/{item.number}/files", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 422
    assert not Attachment.objects.exists()


def test_too_large_a_file_is_refused(machine, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    item = factories.incident()
    response = machine.client.post(f"{BASE}/{item.number}/files", {"file": SimpleUploadedFile("a.txt", b"a" * 101)})
    assert response.status_code == 422
    assert machine.client.post(f"{BASE}/{item.number}/files").status_code == 422


# the whole


def test_the_layer_is_the_maps(machine) -> None:
    item = factories.incident()
    Item.objects.filter(pk=item.pk).update(lon=121.2, lat=29.5, cell=items.cell_of(121.2, 29.5))
    told = machine.get(f"{BASE}/layer", bbox="121,29,122,30", zoom=9).json()
    assert told["features"][0]["properties"]["number"] == item.number
    assert machine.get(f"{BASE}/layer", bbox="1,1,2,2").json()["features"] == []
    assert machine.get(f"{BASE}/layer", zoom=99).status_code == 422
    assert machine_of("auditor").get(f"{BASE}/layer").status_code == 404


def test_search_finds_every_kind_within_sight(machine) -> None:
    item = factories.incident("有人落水", AWAY)
    index(factories.NOW)
    assert [row["number"] for row in machine.get("/api/v1/search", q="落水").json()] == [item.number]
    assert machine_of("supervisor", factories.HOME).get("/api/v1/search", q="落水").json() == []
    assert machine.get("/api/v1/search").status_code == 422


def test_alerts_are_told_and_marked(machine) -> None:
    item = factories.incident()
    alert = Alert.objects.create(user=machine.who, item=item, cause="task:1", at=factories.NOW)
    [told] = machine.get("/api/v1/me/alerts").json()
    assert (told["id"], told["number"]) == (alert.pk, item.number)
    assert machine_of("supervisor").post(f"/api/v1/me/alerts/{alert.pk}/seen").json() == 0
    assert machine.post(f"/api/v1/me/alerts/{alert.pk}/seen").json() == 1
    assert machine.get("/api/v1/me/alerts").json() == []


def test_alerts_on_items_out_of_sight_are_not_told(here) -> None:
    asking = machine_of("supervisor", factories.HOME)
    Alert.objects.create(user=asking.who, item=factories.incident(area_code=AWAY), cause="x", at=factories.NOW)
    assert asking.get("/api/v1/me/alerts").json() == []


def test_duty_starts_and_ends(machine) -> None:
    assert machine.post("/api/v1/me/duty", {"agency": "fire"}).status_code == 422
    assert machine.post("/api/v1/me/duty", {"agency": "police"}).json()["on_duty"] is True
    assert machine.post("/api/v1/me/duty", {"agency": "police"}).status_code == 422
    assert machine.client.delete("/api/v1/me/duty").json()["on_duty"] is False
    assert machine.client.delete("/api/v1/me/duty").status_code == 200
    assert Duty.objects.count() == 1


def test_imports_are_started_and_followed(machine, monkeypatch, settings, tmp_path) -> None:
    from anning.kernel.importing import background

    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(background, "apart", lambda work, _name: work())
    lines = (
        "lat,lng,desc,zip,title,timeStamp,twp,addr,e\n"
        "40.0883549,-75.3821004,EMS: ABDOMINAL PAINS,2016-01-15 12:01,UPPER MERION,DEKALB PIKE\n"
    ).splitlines(keepends=True)
    bad = lines[1].replace("2016-01-15 12:01", "never")
    upload = {"file": SimpleUploadedFile("a.csv", (lines[1] + bad).encode()), "mapping": "montgomery_911"}
    run = machine.client.post(f"{BASE}/imports", upload)
    assert run.status_code == 202
    pk = run.json()["id"]
    told = machine.get(f"{BASE}/imports/{pk}").json()
    assert (told["state"], told["read"], told["imported"], told["rejected"]) == ("done", 2, 1, 1)
    [reject] = machine.get(f"{BASE}/imports/{pk}/rejects").json()
    assert reject["line"] == 2
    assert reject["faults"][0]["value"] == reject["raw"]["timeStamp"] == "never"
    assert Entry.objects.get(action="read").subject == f"importing.run:{pk}"
    assert machine_of("supervisor", factories.HOME).get(f"{BASE}/imports/{pk}").status_code == 404
    assert machine_of("dispatcher").client.post(f"{BASE}/imports", upload).status_code == 404
    wrong = {"file": SimpleUploadedFile("a.exe", b"x")}
    assert machine.client.post(f"{BASE}/imports", wrong).status_code == 422


# registers and places


def test_a_register_is_read_page_by_page(machine) -> None:
    codes = sorted(factories.unit().code for _ in range(3))
    first = machine.get("/api/v1/registers/units", limit=2).json()
    assert [row["key"] for row in first["rows"]] == codes[:2]
    rest = machine.get("/api/v1/registers/units", after=first["next"]).json()
    assert ([row["key"] for row in rest["rows"]], rest["next"]) == (codes[2:], None)
    one = machine.get(f"/api/v1/registers/units/{codes[0]}").json()
    assert one["fields"]["agency__name"] == "police"
    assert machine.get("/api/v1/registers/units", q=codes[0]).json()["rows"][0]["key"] == codes[0]


@pytest.mark.parametrize("key", ["nosuch", "%00", "9" * 40])
def test_a_row_that_is_none_is_404(machine, key: str) -> None:
    assert machine.get(f"/api/v1/registers/names/{key}").status_code == 404
    assert machine.get(f"/api/v1/registers/units/{key}").status_code == 404


def test_another_countys_unit_is_404(here) -> None:
    unit = factories.unit(area_code=AWAY)
    asking = machine_of("supervisor", factories.HOME)
    assert asking.get(f"/api/v1/registers/units/{unit.code}").status_code == 404
    assert unit.code not in {row["key"] for row in asking.get("/api/v1/registers/units").json()["rows"]}


def test_places_are_located_named_and_listed(machine) -> None:
    located = machine.post("/api/v1/places/locate", [{"lon": 121.2, "lat": 29.5}, {"lon": 0, "lat": 0}]).json()
    assert [place["outside"] for place in located] == [False, True]
    assert located[0]["area_code"] == f"{factories.HOME}001"
    areas = machine.get("/api/v1/places/areas").json()
    assert [area["code"] for area in areas] == [factories.HOME, factories.AWAY]
    assert machine.get("/api/v1/places/names", q="月湖").json() == []


# the document


def test_every_operation_has_a_name_of_its_own() -> None:
    document = project_api.api.get_openapi_schema()
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(set(names)) == len(names)


def test_every_operation_says_what_may_go_wrong() -> None:
    document = project_api.api.get_openapi_schema()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path.startswith(("/api/v1/work/", "/api/v1/registers/", "/api/v1/me", "/api/v1/places")):
                assert {"401", "404", "422", "503"} <= set(map(str, operation["responses"])), f"{method} {path}"


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in project_api.api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method, path


@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_every_operation_asks_who_is_there(here, method: str, path: str) -> None:
    from re import sub

    response = getattr(Client(), method)(sub(r"\{[^}]*\}", "1", path))
    assert response.status_code == 401
