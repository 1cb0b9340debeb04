"""The page of one item and what is done from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anning.domains.calls.models import Matter
from anning.kernel.audit.models import Entry
from anning.kernel.work.models import Attachment, Change, Clock, Link, Task
from anning.kernel.work.models.link import LinkState
from anning.kernel.work.services import items
from anning.kernel.work.services.links import decide, propose
from anning.kernel.work.services.tasks import reach, send
from tests import factories, pages

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def context_of(client, item) -> dict:
    response = client.get(f"/work/well/{item.number}")
    assert response.status_code == 200
    return response.context


def test_the_page_shows_the_item(supervisor) -> None:
    item = pages.well("井盖缺失", category="road.cover", lon=121.2, lat=29.5)
    Matter.objects.create(item=item, address="月湖路 1 号", outcome="")
    context = context_of(supervisor, item)
    assert context["item"]["number"] == item.number
    assert context["item"]["state"] == {"label": "reported", "tone": "new"}
    facts = {str(field["label"]): field["value"] for section in context["sections"] for field in section["fields"]}
    assert facts["Address"] == "月湖路 1 号"
    assert "road.cover" in facts.values()
    assert context["map"]["point"] == "121.200000,29.500000"
    assert context["crumbs"][0]["url"] == "/work/well/"


def test_an_item_without_a_point_has_no_map(supervisor) -> None:
    assert context_of(supervisor, pages.well())["map"] is None


def test_a_place_outside_the_city_is_said(supervisor) -> None:
    item = pages.well(area_code="", lon=10.0, lat=10.0, outside=True)
    page = supervisor.get(f"/work/well/{item.number}").content.decode()
    assert "市域以外" in page


def test_a_kind_with_its_own_page_is_shown_there(supervisor) -> None:
    item = factories.incident()
    response = supervisor.get(f"/work/incident/{item.number}")
    assert response.status_code == 302
    assert response["Location"] == f"/calls/{item.number}"


def test_clocks_run_stop_and_run_late(supervisor) -> None:
    item = pages.well()
    assert context_of(supervisor, item)["item"]["clocks"][0]["state"] == "running"
    Clock.objects.update(due_at=factories.NOW - timedelta(days=400))
    assert context_of(supervisor, item)["item"]["clocks"][0]["state"] == "late"
    Clock.objects.update(due_at=None, paused_at=factories.NOW)
    assert context_of(supervisor, item)["item"]["clocks"][0]["state"] == "paused"
    items.act(factories.viewer("supervisor"), item.number, "cover", version=1)
    clock = context_of(supervisor, item)["item"]["clocks"][0]
    assert clock["state"] == "met"
    assert clock["label"] == "time to cover"


def test_units_on_the_item_are_listed_with_their_stage(supervisor) -> None:
    item, unit = pages.well(), factories.unit()
    task = send(item, unit, factories.NOW)
    reach(task, "on_scene", factories.NOW)
    fields = context_of(supervisor, item)["sections"][-1]["fields"]
    assert [field["label"] for field in fields] == [unit.code]
    assert "已到场" in fields[0]["value"]
    assert Task.objects.count() == 1


def test_the_page_costs_the_same_whatever_hangs_on_it(supervisor) -> None:
    item = pages.well()

    def cost() -> int:
        context_of(supervisor, item)
        with CaptureQueriesContext(connection) as asked:
            context_of(supervisor, item)
        return len(asked)

    def grow() -> None:
        for _ in range(4):
            items.note(factories.viewer("supervisor"), item.number, "seen")
            propose("follows", item, pages.well(), 0.5, {"why": "near"}, factories.NOW)
            Attachment.objects.create(
                item=item,
                name="a",
                sha256=f"{Attachment.objects.count():064x}",
                media_type="text/plain",
                size_bytes=1,
                added_at=factories.NOW,
                added_by="x",
            )

    grow()
    few = cost()
    grow()
    assert cost() == few <= 26


# verbs


def verbs(client, item) -> list[str]:
    return [verb["verb"] for verb in context_of(client, item)["verbs"]]


def test_the_moves_legal_now_are_offered_to_those_who_may(supervisor) -> None:
    item = pages.well()
    assert verbs(supervisor, item) == ["cover", "note"]
    assert verbs(pages.browser_of("analyst"), item) == ["note"]


def test_a_move_is_made(supervisor) -> None:
    item = pages.well()
    response = supervisor.post(f"/work/well/{item.number}/act/cover", {"version": 1})
    assert response.status_code == 302
    assert response["Location"] == f"/work/well/{item.number}"
    item.refresh_from_db()
    assert (item.state, item.version) == ("covered", 2)
    assert Entry.objects.filter(action="cover").count() == 1


def test_a_reason_is_kept(supervisor) -> None:
    item = pages.well()
    items.act(factories.viewer("supervisor"), item.number, "cover", version=1)
    supervisor.post(f"/work/well/{item.number}/act/seal", {"version": 2, "reason": "concrete lid"})
    assert Change.objects.get(item=item, verb="seal").reason == "concrete lid"
    assert "concrete lid" in supervisor.get(f"/work/well/{item.number}").content.decode()


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("seal", {"version": 1, "reason": "x"}),
        ("nosuch", {"version": 1}),
        ("cover", {}),
        ("cover", {"version": "one"}),
        ("cover", {"version": "-1"}),
        ("cover", {"version": "٣"}),
        ("cover", {"version": "9" * 40}),
    ],
)
def test_what_is_not_legal_is_refused_and_changes_nothing(supervisor, verb: str, data: dict) -> None:
    item = pages.well()
    response = supervisor.post(f"/work/well/{item.number}/act/{verb}", data)
    assert response.status_code == 422
    item.refresh_from_db()
    assert (item.state, item.version) == ("reported", 1)


def test_a_needed_reason_cannot_be_left_out(supervisor) -> None:
    item = pages.well()
    items.act(factories.viewer("supervisor"), item.number, "cover", version=1)
    assert supervisor.post(f"/work/well/{item.number}/act/seal", {"version": 2}).status_code == 422


@pytest.mark.parametrize("path", ["act/cover", "note", "files", "links/1/accepted"])
def test_acting_takes_a_post(supervisor, path: str) -> None:
    assert supervisor.get(f"/work/well/{pages.well().number}/{path}").status_code == 405


@pytest.mark.parametrize("path", ["", "/history"])
def test_looking_takes_no_post(supervisor, path: str) -> None:
    assert supervisor.post(f"/work/well/{pages.well().number}{path}").status_code == 405


def test_a_form_without_its_csrf_proof_is_turned_away(here) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("supervisor"))
    item = pages.well()
    assert client.post(f"/work/well/{item.number}/act/cover", {"version": 1}).status_code == 403
    item.refresh_from_db()
    assert item.state == "reported"


# remarks


def test_a_remark_joins_the_timeline(supervisor) -> None:
    item = pages.well()
    supervisor.post(f"/work/well/{item.number}/note", {"text": " 已设围挡 "})
    entry = context_of(supervisor, item)["entries"][0]
    assert entry["text"] == "已设围挡"
    assert entry["reason"] == ""


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_empty_or_endless_remark_is_not_kept(supervisor, text: str) -> None:
    item = pages.well()
    response = supervisor.post(f"/work/well/{item.number}/note", {"text": text}, follow=True)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not Change.objects.filter(verb="note").exists()


# links


@pytest.fixture
def link(here) -> Link:
    return propose("follows", pages.well("first"), pages.well("second"), 0.876, {"distance_m": 40}, factories.NOW)


def test_a_proposed_link_is_shown_from_both_ends(supervisor, link: Link) -> None:
    for this, other in ((link.source, link.target), (link.target, link.source)):
        shown = context_of(supervisor, this)["links"]
        assert [row["number"] for row in shown] == [other.number]
        assert shown[0]["score"] == 88
        assert shown[0]["reasons"] == ["distance_m: 40"]
        assert shown[0]["accept_url"].endswith(f"/links/{link.pk}/accepted")
        assert shown[0]["undo_url"] == ""


@pytest.mark.parametrize("state", [LinkState.ACCEPTED, LinkState.REJECTED])
def test_a_link_is_decided(supervisor, link: Link, state: str) -> None:
    said = {"version": link.source.version, "reason": "seen"}
    response = supervisor.post(f"/work/well/{link.source.number}/links/{link.pk}/{state}", said)
    assert response.status_code == 302
    link.refresh_from_db()
    assert link.state == state
    assert Change.objects.filter(verb=f"link-{state}", reason="seen").count() == 2


def test_an_accepted_link_can_be_undone_and_a_rejected_one_is_gone(supervisor, link: Link) -> None:
    seer = factories.viewer("supervisor")
    decide(seer, link.pk, LinkState.ACCEPTED)
    assert context_of(supervisor, link.source)["links"][0]["undo_url"].endswith("/undone")
    seen = {"version": context_of(supervisor, link.source)["links"][0]["version"]}
    supervisor.post(f"/work/well/{link.source.number}/links/{link.pk}/undone", seen)
    assert context_of(supervisor, link.source)["links"] == []


def test_a_link_decided_on_what_has_changed_meanwhile_is_a_conflict(supervisor, link: Link) -> None:
    stale = {"version": link.source.version}
    decide(factories.viewer("supervisor"), link.pk, LinkState.REJECTED, reason="two wells")
    response = supervisor.post(f"/work/well/{link.source.number}/links/{link.pk}/accepted", stale)
    assert response.status_code == 409
    assert response.context["attempt"] == "确认关联"
    assert "two wells" in response.content.decode()
    assert Link.objects.get().state == LinkState.REJECTED
    again = {**stale, "version": response.context["retry"]["version"]}
    assert supervisor.post(response.context["retry"]["url"], again).status_code == 302
    assert Link.objects.get().state == LinkState.ACCEPTED


def test_a_decision_must_say_what_was_seen(supervisor, link: Link) -> None:
    assert supervisor.post(f"/work/well/{link.source.number}/links/{link.pk}/accepted").status_code == 422
    assert Link.objects.get().state == LinkState.PROPOSED


def test_only_those_who_may_link_are_asked(link: Link) -> None:
    shown = context_of(pages.browser_of("analyst"), link.source)["links"]
    assert shown[0]["accept_url"] == shown[0]["reject_url"] == ""


@pytest.mark.parametrize("state", ["proposed", "nosuch"])
def test_there_is_no_other_decision(supervisor, link: Link, state: str) -> None:
    assert supervisor.post(f"/work/well/{link.source.number}/links/{link.pk}/{state}").status_code == 404


def test_a_link_of_another_item_is_not_decided_here(supervisor, link: Link) -> None:
    assert supervisor.post(f"/work/well/{pages.well().number}/links/{link.pk}/accepted").status_code == 404


def test_a_link_into_another_county_is_not_shown(neighbour) -> None:
    mine, hidden = pages.well(area_code=f"{factories.AWAY}001"), pages.well("not for you")
    link = propose("follows", mine, hidden, 0.5, {}, factories.NOW)
    assert context_of(neighbour, mine)["links"] == []
    assert neighbour.post(f"/work/well/{mine.number}/links/{link.pk}/accepted").status_code == 404


# files


def test_a_file_is_kept_shown_and_fetched(supervisor) -> None:
    item = pages.well()
    upload = SimpleUploadedFile("现场.png", PNG, "image/png")
    response = supervisor.post(f"/work/well/{item.number}/files", {"file": upload}, follow=True)
    assert "现场.png" in response.content.decode()
    shown = context_of(supervisor, item)["attachments"][0]
    assert shown["thumb_url"] == shown["url"]
    fetched = supervisor.get(shown["url"])
    assert fetched["Content-Type"] == "image/png"
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert "inline" in fetched["Content-Disposition"]
    assert b"".join(fetched.streaming_content).startswith(b"\x89PNG")


def test_a_text_is_only_given_as_a_download(supervisor) -> None:
    item = pages.well()
    supervisor.post(f"/work/well/{item.number}/files", {"file": SimpleUploadedFile("a.html", b"plain words")})
    url = context_of(supervisor, item)["attachments"][0]["url"]
    fetched = supervisor.get(url)
    assert fetched["Content-Type"] == "text/plain"
    assert fetched["Content-Disposition"].startswith("attachment")


def test_a_file_of_a_kind_not_taken_is_refused(supervisor) -> None:
    item = pages.well()
    upload = SimpleUploadedFile("a.exe", b"MZ\x90\x00")
    assert supervisor.post(f"/work/well/{item.number}/files", {"file": upload}).status_code == 422
    assert not Attachment.objects.exists()


def test_too_large_a_file_is_refused_before_it_is_read(supervisor, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    item = pages.well()
    upload = SimpleUploadedFile("a.txt", b"a" * 1001)
    response = supervisor.post(f"/work/well/{item.number}/files", {"file": upload}, follow=True)
    assert 'role="alert"' in response.content.decode()
    assert not Attachment.objects.exists()


def test_nothing_chosen_is_said(supervisor) -> None:
    item = pages.well()
    response = supervisor.post(f"/work/well/{item.number}/files", {}, follow=True)
    assert 'role="alert"' in response.content.decode()


def test_a_file_is_found_only_under_its_own_item(supervisor) -> None:
    item, other = pages.well(), pages.well()
    supervisor.post(f"/work/well/{item.number}/files", {"file": SimpleUploadedFile("a.txt", b"words")})
    sha256 = item.attachments.get().sha256
    assert supervisor.get(f"/work/well/{other.number}/files/{sha256}").status_code == 404
    assert supervisor.get(f"/work/well/{item.number}/files/{'0' * 64}").status_code == 404


def test_who_loses_sight_of_an_item_by_acting_goes_home(here) -> None:
    """A partner whose only hold on an item ends with the move does not land on a page that says nothing is here."""
    from unittest.mock import patch

    from anning.kernel.generic.pages import acting
    from anning.kernel.work.errors import NotVisibleError

    client, item = pages.browser_of("supervisor"), pages.well()
    real = acting.find

    def gone(viewer, number, **more):
        if not more:
            raise NotVisibleError(number)
        return real(viewer, number, **more)

    with patch.object(acting, "find", gone):
        response = client.post(f"/work/well/{item.number}/act/cover", {"version": 1})
    assert response["Location"] == "/"
