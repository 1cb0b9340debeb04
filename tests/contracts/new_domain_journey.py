"""Run in a process of its own by `test_new_domain`: what the domain of the guide has for being declared."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from anning.kernel.access.selectors import viewer_of
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.org.models import User
from anning.kernel.org.services import make_token
from anning.kernel.search.services import index
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.live import admits, events_after, live_scopes
from tests import factories

LIST, API = "/work/hazard/", "/api/v1/work/hazard"
FORM = {"title": "deep quarry", "priority": "2", "lon": "121.2", "lat": "29.5", "depth_m": "12.5"}


class Person:
    """Somebody with one role in one district, by browser and by machine."""

    def __init__(self, role: str, area_code: str = "") -> None:
        self.user: User = factories.user(role, area_code)
        self.page = Client()
        self.page.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        self.machine = Client(headers={"Authorization": f"Bearer {make_token(None, self.user, 'journey')}"})

    def sees(self, path: str) -> str:
        """The text of a page, which must be there."""
        answer = self.page.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()

    def send(self, path: str = "", **body: Any) -> Any:
        """Post to the API."""
        return self.machine.post(API + path, json.dumps(body), content_type="application/json")


def prepare() -> tuple[Person, Person]:
    """A city of two districts, and a supervisor of each."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    factories.city()
    return Person("supervisor", factories.HOME), Person("supervisor", factories.AWAY)


def opens_by_form_and_by_machine(home: Person, away: Person) -> str:
    """Both doors lead to one table; what lies in another district cannot be opened."""
    answer = home.page.post(f"{LIST}new", {**FORM, "idempotency_key": "first"})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert home.page.post(f"{LIST}new", {**FORM, "idempotency_key": "first"})["Location"] == answer["Location"]
    made = home.send(title="shallow quarry", lon=121.2, lat=29.5, fields={"depth_m": 2})
    assert made.status_code == 201, made.content
    assert away.send(title="theirs", lon=121.2, lat=29.5).status_code == 422
    assert home.send(title="wrong", lon=121.2, lat=29.5, fields={"nosuch": 1}).status_code == 422
    depths = apps.get_model("waters.Hazard")._default_manager.values_list("depth_m", flat=True)
    assert sorted(depths) == [2.0, 12.5]
    number = answer["Location"].rpartition("/")[2]
    assert number.startswith("YH")
    return number


def is_listed_found_shown_and_mapped(home: Person, away: Person, number: str) -> None:
    """On every generic page for who is in the district, on none for who is not."""
    index()
    paths = (
        LIST,
        f"{LIST}?q=quarry",
        f"{LIST}export.csv",
        f"{LIST}export.json",
        "/map/?kind=hazard",
        "/map/layers/hazard.geojson",
        "/search?q=quarry",
    )
    for path in paths:
        assert number in home.sees(path), path
        assert number not in away.sees(path), path
    for path in ("", "/history", "/edit"):
        assert number in home.sees(f"{LIST}{number}{path}")
        assert away.page.get(f"{LIST}{number}{path}").status_code == 404
    assert "12.5" in home.sees(f"{LIST}{number}")
    assert f'href="{LIST}"' in home.sees(LIST), "it stands in the menu"
    assert home.machine.get(f"{API}/{number}").json()["fields"] == {"depth_m": 12.5}
    assert away.machine.get(f"{API}/{number}").status_code == 404
    assert away.machine.get(API).json()["items"] == []
    assert number in [item["number"] for item in home.machine.get(API).json()["items"]]


def moves_by_its_table(home: Person, away: Person, number: str) -> None:
    """By its roles, with its reasons, on the version seen, and not twice."""
    verb = f"{LIST}{number}/act/mend"
    assert Person("analyst").page.post(verb, {"version": "1", "reason": "x"}).status_code == 422
    assert away.page.post(verb, {"version": "1", "reason": "x"}).status_code == 404
    assert away.send(f"/{number}/act/mend", reason="x").status_code == 404
    assert home.page.post(verb, {"version": "1"}).status_code == 422
    assert home.page.post(verb, {"version": "9", "reason": "fenced"}).status_code == 409
    assert home.page.post(verb, {"version": "1", "reason": "fenced"}).status_code == 302
    item = Item.objects.get(pk=int(number[2:]))
    assert (item.state, item.version) == ("mended", 2)
    assert item.closed_at is not None
    assert home.send(f"/{number}/act/mend", reason="again").status_code == 422
    assert home.send(f"/{number}/notes", text="filled with water").status_code == 201
    assert "filled with water" in home.sees(f"{LIST}{number}")


def leaves_its_trail_and_tells_who_may_hear(home: Person, away: Person, number: str) -> None:
    """Every change is in the trail, which is whole, and told live within the district alone."""
    item = Item.objects.get(pk=int(number[2:]))
    trail = Entry.objects.filter(subject=f"work.item:{item.pk}")
    assert {"open", "mend", "note"} <= set(trail.values_list("action", flat=True))
    assert Entry.objects.filter(action="export", subject="work.hazard").exists()
    assert not list(verify())
    told = [event for event in events_after(0) if event.kind == "hazard"]
    assert len(told) >= 3
    assert all(admits(live_scopes(viewer_of(home.user)), event) for event in told)
    assert not any(admits(live_scopes(viewer_of(away.user)), event) for event in told)


def main() -> None:
    """The whole journey."""
    home, away = prepare()
    number = opens_by_form_and_by_machine(home, away)
    is_listed_found_shown_and_mapped(home, away, number)
    moves_by_its_table(home, away, number)
    leaves_its_trail_and_tells_who_may_hear(home, away, number)
    print("whole")
