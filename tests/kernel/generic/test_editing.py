"""Opening an item by a form, and correcting one."""

from __future__ import annotations

import pytest

from anning.domains.calls.models import Matter
from anning.kernel.audit.models import Entry
from anning.kernel.generic.services import edit_work, open_work
from anning.kernel.work.errors import ConflictError, RefusedError
from anning.kernel.work.models import Change, Item
from anning.kernel.work.services import items
from anning.kernel.work.services.items import Draft
from tests import factories, pages

NEW = "/work/well/new"
FILLED = {"title": "井盖缺失", "priority": "2", "category": "road", "lon": "121.2", "lat": "29.5", "address": "月湖"}


def test_the_form_has_the_items_own_and_the_declared_fields(supervisor) -> None:
    form = supervisor.get(NEW).context["form"]
    assert list(form.fields) == ["title", "priority", "category", "lon", "lat", "address", "outcome"]
    assert form.fields["address"].label == "Address"


def test_an_item_is_opened_with_its_place_found(supervisor) -> None:
    response = supervisor.post(NEW, FILLED)
    item = Item.objects.get(kind="well")
    assert response["Location"] == f"/work/well/{item.number}"
    assert (item.title, item.priority, item.category, item.state) == ("井盖缺失", 2, "road", "reported")
    assert item.area_code == f"{factories.HOME}001"
    assert item.cell
    assert Matter.objects.get(item=item).address == "月湖"
    assert Entry.objects.filter(action="open", subject=f"work.item:{item.pk}").exists()


def test_a_second_submit_finds_the_first_item(supervisor) -> None:
    key = supervisor.get(NEW).context["idempotency_key"]
    first = supervisor.post(NEW, {**FILLED, "idempotency_key": key})
    second = supervisor.post(NEW, {**FILLED, "idempotency_key": key})
    assert first["Location"] == second["Location"]
    assert Item.objects.filter(kind="well").count() == 1


def test_each_form_has_a_key_of_its_own(supervisor) -> None:
    assert supervisor.get(NEW).context["idempotency_key"] != supervisor.get(NEW).context["idempotency_key"]


def test_the_key_stays_while_the_form_is_mended(supervisor) -> None:
    response = supervisor.post(NEW, {**FILLED, "title": "", "idempotency_key": "abc"})
    assert response.status_code == 422
    assert response.context["idempotency_key"] == "abc"


def test_a_key_says_nothing_about_other_peoples_items(here) -> None:
    """The same key of somebody else is another key: it neither finds nor blocks their item."""
    draft = Draft(title="x", area_code=f"{factories.AWAY}001", source_key="abc")
    theirs = open_work(factories.viewer("supervisor", factories.AWAY), pages.WELL, draft, {})
    draft = Draft(title="y", area_code=f"{factories.HOME}001", source_key="abc")
    mine = open_work(factories.viewer("supervisor", factories.HOME), pages.WELL, draft, {})
    assert mine.pk != theirs.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"priority": "5"},
        {"priority": ""},
        {"lon": "200"},
        {"lat": ""},
        {"lon": "nan"},
        {"address": "x" * 300},
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(supervisor, wrong: dict) -> None:
    response = supervisor.post(NEW, {**FILLED, **wrong})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Item.objects.filter(kind="well").exists()


def test_nobody_opens_work_in_another_county(neighbour) -> None:
    response = neighbour.post(NEW, FILLED)
    assert response.status_code == 422
    assert not Item.objects.filter(kind="well").exists()
    assert neighbour.post(NEW, {**FILLED, "lon": "121.7"}).status_code == 302


def test_a_kind_with_its_own_intake_has_no_plain_form(supervisor) -> None:
    assert supervisor.get("/work/incident/new").status_code == 404
    assert supervisor.get(f"/work/incident/{factories.incident().number}/edit").status_code == 404


# the service below the form


@pytest.mark.parametrize(
    "fields",
    [
        {"nosuch": 1},
        {"item": 1},
        {"address": "x" * 1000},
        {"agency": "none"},
        {"agency": {}},
        {"agency": 10**30},
    ],
)
def test_fields_that_cannot_be_are_refused_and_nothing_is_opened(here, fields: dict) -> None:
    declared = pages.WELL
    if "agency" in fields:
        from dataclasses import replace

        from anning.kernel.contract.kinds import Field

        declared = replace(pages.WELL, detail="calls.JointTask", fields=(Field("agency", "agency"),))
    with pytest.raises(RefusedError):
        open_work(factories.viewer("supervisor"), declared, Draft(title="x"), fields)
    assert not Item.objects.filter(kind="well").exists()


@pytest.mark.parametrize("title", ["", "   "])
def test_an_item_has_a_title(here, title: str) -> None:
    with pytest.raises(RefusedError):
        open_work(factories.viewer("supervisor"), pages.WELL, Draft(title=title), {})


@pytest.mark.parametrize("place", [{"lon": 121.2}, {"lat": 29.5}])
def test_half_a_position_is_none(here, place: dict) -> None:
    seer = factories.viewer("supervisor")
    with pytest.raises(RefusedError):
        open_work(seer, pages.WELL, Draft(title="x", **place), {})
    with pytest.raises(RefusedError):
        edit_work(seer, pages.well().number, place, version=1)


def test_a_place_outside_the_city_is_known_as_such(here) -> None:
    item = open_work(factories.viewer("supervisor"), pages.WELL, Draft(title="x", lon=10.0, lat=10.0), {})
    assert item.outside
    assert item.area_code == ""


# correcting


def edited(client, item, **changes):
    shown = client.get(f"/work/well/{item.number}/edit").context
    data = {name: "" if value is None else value for name, value in shown["form"].initial.items()}
    return client.post(f"/work/well/{item.number}/edit", {**data, "version": shown["version"], **changes})


def test_an_item_is_corrected_with_old_and_new_kept(supervisor) -> None:
    item = pages.well("井盖缺失")
    response = edited(supervisor, item, title="井盖破损", priority="1", reason="看清了")
    assert response["Location"] == f"/work/well/{item.number}"
    item.refresh_from_db()
    assert (item.title, item.priority, item.version) == ("井盖破损", 1, 2)
    change = Change.objects.get(item=item, verb="edit")
    assert change.data == {"title": ["井盖缺失", "井盖破损"], "priority": [2, 1]}
    assert change.reason == "看清了"
    page = supervisor.get(f"/work/well/{item.number}").content.decode()
    assert "井盖缺失 → 井盖破损" in page


def test_a_moved_place_finds_its_area_anew(supervisor) -> None:
    item = pages.well(lon=121.2, lat=29.5)
    edited(supervisor, item, lon="121.7")
    item.refresh_from_db()
    assert item.area_code == f"{factories.AWAY}001"
    edited(supervisor, item, lon="", lat="")
    item.refresh_from_db()
    assert (item.area_code, item.lon, item.cell) == ("", None, None)


def test_nothing_changed_leaves_no_trace(supervisor) -> None:
    item = pages.well()
    assert edited(supervisor, item).status_code == 302
    item.refresh_from_db()
    assert item.version == 1


def test_a_stale_correction_is_shown_what_happened(supervisor) -> None:
    item = pages.well("井盖缺失")
    items.note(factories.viewer("dispatcher"), item.number, "已设围挡")
    response = edited(supervisor, item, title="井盖破损", version="1")
    assert response.status_code == 409
    text = response.content.decode()
    assert "已设围挡" in text
    assert 'value="井盖破损"' in text
    assert 'name="version" value="2"' in text
    item.refresh_from_db()
    assert item.title == "井盖缺失"


@pytest.mark.parametrize("wrong", [{"title": ""}, {"priority": "9"}, {"lat": "91"}, {"lon": "121"}])
def test_a_wrong_correction_is_said_and_keeps_the_version_seen(supervisor, wrong: dict) -> None:
    item = pages.well()
    response = edited(supervisor, item, **wrong)
    assert response.status_code == 422
    assert response.context["version"] == 1


def test_a_correction_without_a_version_is_refused(supervisor) -> None:
    item = pages.well()
    assert supervisor.post(f"/work/well/{item.number}/edit", {"title": "x", "priority": "2"}).status_code == 422


@pytest.mark.parametrize("fields", [{"title": ""}, {"priority": 0}, {"priority": 7}])
def test_the_service_refuses_what_the_form_would(here, fields: dict) -> None:
    with pytest.raises(RefusedError):
        edit_work(factories.viewer("supervisor"), pages.well().number, fields, version=1)


def test_the_service_keeps_the_lock(here) -> None:
    item, seer = pages.well(), factories.viewer("supervisor")
    edit_work(seer, item.number, {"title": "a"}, version=1)
    with pytest.raises(ConflictError):
        edit_work(seer, item.number, {"title": "b"}, version=1)


def test_a_form_field_named_differently_in_chinese_and_english_is_one_field(supervisor) -> None:
    supervisor.post("/language/", {"language": "en", "next": "/"})
    assert supervisor.get(NEW).context["form"].fields["title"].label == "Title"
