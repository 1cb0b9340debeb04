"""Every page is valid, can be read aloud and used by keyboard, and holds nothing the security policy blocks."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.contracts import markup, tries, walking

WALKERS = ("supervisor", "unit", "partner", "auditor", "administrator")
"""Roles that between them see every page, and pages cut to what they may."""
HTML = "text/html"
SOUND = (
    '<!doctype html><html lang="en"><head><title>Wells</title></head><body><main><h1>Wells</h1>'
    '<h2>Open</h2><label for="q">Words</label><input id="q" name="q"><img src="a.png" alt=""></main></body></html>'
)


@pytest.mark.static
@pytest.mark.parametrize(
    ("put", "instead", "fault"),
    [
        ("<h2>Open</h2>", "<h2>Open", "line 1: "),
        ("<h2>Open</h2>", "<p><div></div></p>", "line 1: "),
        ('<img src="a.png" alt="">', '<b id="q"></b>', "2 elements with the id"),
        ('for="q"', 'for="r"', "names nothing on the page"),
        ('<label for="q">Words</label>', "", "without a label"),
        (' alt=""', "", "without alt"),
        ("<h2>Open</h2>", "<h3>Open</h3>", "level 3 after one of level 1"),
        ("<h2>Open</h2>", "<h1>Open</h1>", "2 first headings"),
        ("<h2>Open</h2>", '<a href="/x"><svg></svg></a>', "without a name"),
        ("<h2>Open</h2>", '<a href="#gone">x</a>', "which is not on the page"),
        ("<h2>Open</h2>", '<h2 style="color:red">Open</h2>', "inline style"),
        ("<h2>Open</h2>", "<script>run()</script>", "an inline script"),
        ("<h2>Open</h2>", '<h2 onclick="run()">Open</h2>', "a handler"),
        ("<h2>Open</h2>", '<a href="javascript:run()">x</a>', "a script in"),
        ("<h2>Open</h2>", '<a href="/x">x <button>y</button></a>', "<button> inside <a>"),
        (' lang="en"', "", "no language"),
        ("<title>Wells</title>", "<title> · </title>", "titles"),
        ("<h2>Open</h2>", "<table><tr><th></th></tr></table>", "an empty <th>"),
    ],
)
def test_each_fault_is_found(put: str, instead: str, fault: str) -> None:
    assert markup.faults(SOUND) == []
    assert put in SOUND
    assert any(fault in one for one in markup.faults(SOUND.replace(put, instead, 1)))


def listed(wrong: list[str]) -> str:
    """The faults, each once, on lines of their own."""
    return "\n".join(sorted(set(wrong)))


def faults(answer: HttpResponse, where: str) -> list[str]:
    """The faults of an answer that is HTML, each with where it was found."""
    if not answer.get("Content-Type", "").startswith(HTML):
        return []
    text = answer.content.decode()
    part = "<html" not in text[:2000]
    said = [f"{where}: {fault}" for fault in markup.faults(text, fragment=part)]
    return said if "Content-Security-Policy" in answer else [*said, f"{where}: no policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "language"), [*((role, "zh-hans") for role in WALKERS), ("supervisor", "en"), ("unit", "en")]
)
def test_every_page_is_sound(counties, role: str, language: str, record_property) -> None:
    home, _away = counties
    client, wrong, seen = home.client(role), [], set()
    client.cookies["django_language"] = language
    for one in tries.pages(home):
        with transaction.atomic():
            answer = getattr(client, one.method)(one.path, one.body, follow=one.method == "get")
            wrong += faults(answer, f"{one.method} {one.path}")
            seen.add((one.path, answer.status_code))
            transaction.set_rollback(True)
    assert not wrong, listed(wrong)
    assert len(seen) > 30
    record_property("table", f"pages looked at as {role} in {language}: {len(seen)}")


@pytest.mark.django_db
def test_parts_of_pages_are_sound(counties) -> None:
    home, _away = counties
    client, wrong, parts = home.client("supervisor"), [], 0
    for one in tries.pages(home):
        if one.method == "get":
            answer = client.get(one.path, headers={"HX-Request": "true"})
            wrong += faults(answer, one.path)
            parts += answer.get("Content-Type", "").startswith(HTML) and b"<html" not in answer.content[:2000]
    assert not wrong, listed(wrong)
    assert parts >= 5, "the rows of lists and registers are parts"


@pytest.mark.django_db
def test_forms_sent_back_are_sound(counties) -> None:
    """What is posted empty or wrong comes back with its faults said beside the fields."""
    home, _away = counties
    client, wrong, back = home.client("supervisor"), [], 0
    for one in tries.pages(home):
        if one.method == "post":
            with transaction.atomic():
                answer = client.post(one.path, {"version": one.body.get("version", "1"), "priority": "9"})
                wrong += faults(answer, f"post {one.path}")
                back += answer.status_code in (409, 422)
                transaction.set_rollback(True)
    assert not wrong, listed(wrong)
    assert back >= 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/login/?next=/map/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/logout/",
        "/nosuch",
        "/work/incident/JQ9999999",
    ],
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_pages_of_signing_in_and_of_last_resort_are_sound(counties, path: str, signed_in: bool) -> None:
    client = counties[0].client("supervisor") if signed_in else Client()
    wrong = faults(client.get(path, follow=True), path)
    assert not wrong, listed(wrong)


@pytest.mark.django_db
def test_a_lock_out_is_said_soundly(counties, settings) -> None:
    client = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        answer = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
        assert faults(answer, "sign-in") == []
    assert answer.status_code == 429


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["500.html", "503.html"])
def test_pages_without_a_database_are_sound(page: str, plain) -> None:
    from anning.project.errors import render_plain

    assert markup.faults(render_plain(page, message="the disk is full")) == []


def test_the_walk_takes_in_every_role_that_has_pages_of_its_own(counties) -> None:
    """A domain's page no walker sees would go unlooked at."""
    home, _away = counties
    unseen = {one.name for one in tries.pages(home) if one.may and not one.may & set(WALKERS)}
    assert unseen == set()
    assert set(WALKERS) <= set(home.people), walking.kinds()
