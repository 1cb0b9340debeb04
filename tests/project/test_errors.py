"""Pages that say something went wrong: 404, 409, 422, 500, 503."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client

from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.services import items
from tests import factories, pages


@pytest.fixture
def failing(monkeypatch):
    """Make the alerts page fail with an error."""

    def fail(error: Exception) -> None:
        def raise_it(*_args: object) -> None:
            raise error

        monkeypatch.setattr("anning.kernel.generic.pages.home.unseen_alerts", raise_it)

    return fail


@pytest.fixture
def client(supervisor: Client) -> Client:
    supervisor.raise_request_exception = False
    return supervisor


def test_what_does_not_exist_is_404(client, failing) -> None:
    failing(NotVisibleError("secret-number"))
    response = client.get("/alerts")
    assert response.status_code == 404
    assert "secret-number" not in response.content.decode()


def test_a_refusal_says_why(client, failing) -> None:
    failing(RefusedError("the reason <b>in words</b>"))
    response = client.get("/alerts")
    assert response.status_code == 422
    assert "the reason &lt;b&gt;in words&lt;/b&gt;" in response.content.decode()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("database or disk is full"), "磁盘已满"),
        (OperationalError("attempt to write a readonly database"), "只读"),
        (OperationalError("database is locked"), "繁忙"),
        (InterfaceError("connection already closed"), "无法连接"),
        (DatabaseError("no such table"), "无法连接"),
    ],
)
def test_a_fault_of_the_database_is_said_as_what_it_is(client, failing, error, said: str) -> None:
    failing(error)
    response = client.get("/alerts")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert said in response.content.decode()
    assert str(error) not in response.content.decode()


def test_a_fault_while_saying_a_fault_is_503_too(client, monkeypatch) -> None:
    """The page of a conflict reads the item; when the database goes at that very moment, that is what is said."""
    item = pages.well()
    items.note(factories.viewer("dispatcher"), item.number, "x")

    def lost(*_args: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("anning.kernel.generic.present.conflict.find", lost)
    assert client.post(f"/work/well/{item.number}/act/cover", {"version": 1}).status_code == 503


def test_an_item_gone_while_in_conflict_is_404(client, monkeypatch) -> None:
    item = pages.well()
    items.note(factories.viewer("dispatcher"), item.number, "x")

    def gone(*_args: object) -> None:
        raise NotVisibleError("gone")

    monkeypatch.setattr("anning.kernel.generic.present.conflict.find", gone)
    assert client.post(f"/work/well/{item.number}/act/cover", {"version": 1}).status_code == 404


def test_any_other_fault_is_500_without_a_word_of_it(client, failing) -> None:
    failing(ZeroDivisionError("inner workings"))
    response = client.get("/alerts")
    assert response.status_code == 500
    assert "inner workings" not in response.content.decode()
    assert "系统出错" in response.content.decode()


def test_a_database_lost_before_the_view_is_503(client, monkeypatch) -> None:
    def lost(*_args: object, **_more: object) -> None:
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", lost)
    response = client.get("/alerts")
    assert response.status_code == 503


@pytest.mark.parametrize("path", ["/nosuch", "/work/", "/calls/nosuch/nosuch"])
def test_an_unknown_address_is_404_in_the_frame(client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert 'class="trouble"' in response.content.decode()


def test_the_api_is_answered_in_json(client) -> None:
    response = client.get("/api/v1/nosuch")
    assert response.status_code == 404
    assert response.json() == {"detail": "not found"}


# conflicts


def conflict(client: Client, item, verb: str = "cover", **data: object):
    response = client.post(f"/work/well/{item.number}/act/{verb}", {"version": 1, **data})
    assert response.status_code == 409
    return response


def test_the_second_of_two_sees_who_did_what_when(client) -> None:
    item = pages.well("井盖缺失")
    items.edit(factories.viewer("dispatcher"), item.number, {"priority": 1}, version=1, reason="人车密集")
    context = conflict(client, item).context
    [entry] = context["entries"]
    assert entry["actor"] == "dispatcher"
    assert entry["reason"] == "人车密集"
    assert entry["text"] == "等级：2 → 1"
    assert str(context["attempt"]) == "Cover it"
    assert context["item"]["url"] == f"/work/well/{item.number}"
    item.refresh_from_db()
    assert item.state == "reported"


def test_the_same_can_be_done_on_the_present_version(client) -> None:
    item = pages.well()
    items.note(factories.viewer("dispatcher"), item.number, "x")
    retry = conflict(client, item, reason="still open").context["retry"]
    assert retry["version"] == 2
    assert ("reason", "still open") in retry["fields"]
    assert "version" not in dict(retry["fields"])
    response = client.post(retry["url"], {**dict(retry["fields"]), "version": retry["version"]})
    assert response.status_code == 302
    item.refresh_from_db()
    assert item.state == "covered"


def test_what_the_new_state_does_not_allow_is_not_offered_again(client) -> None:
    item = pages.well()
    items.act(factories.viewer("dispatcher"), item.number, "cover", version=1)
    context = conflict(client, item).context
    assert "retry" not in context
    assert "Cover it" in context["reason"]
    assert "covered" in context["reason"]


def test_only_what_happened_since_is_shown(client) -> None:
    item, seer = pages.well(), factories.viewer("dispatcher")
    items.note(seer, item.number, "before")
    items.note(seer, item.number, "after")
    response = client.post(f"/work/well/{item.number}/act/cover", {"version": 2})
    assert [entry["text"] for entry in response.context["entries"]] == ["after"]
