"""Who may ask for what: every page and operation × every role × our own county's things and another's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from anning.kernel.audit.models import Entry
from anning.kernel.contract.roles import ROLES
from anning.kernel.importing import background
from anning.kernel.importing.models import Reject, Run
from anning.kernel.org.models import Duty, Unit
from anning.kernel.work.models import Change, Event, Item, Link
from tests.contracts import api_tries, tries, walking
from tests.factories import NOW

pytestmark = pytest.mark.django_db
EVERY_ROLE = [role.code for role in ROLES]
SIGNING_IN = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_email_verification_sent",
    "account_confirm_email",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "openid_connect_login",
    "openid_connect_callback",
    "view",  # redirections of the package from addresses it had in earlier versions
}
"""Pages of the account package by which one signs in and keeps one's own means of doing so: nothing of the city."""
CLOSED = {
    "closed",
    "account_inactive",
    "account_signup",
    "account_email",
    "account_set_password",
    "account_reset_password",
    "account_confirm_login_code",
    "account_reset_password_from_key_done",
    "account_reset_password_from_key",
    "account_reset_password_done",
    "socialaccount_signup",
    "socialaccount_connections",
}
"""Pages the account package has and this platform has not."""
MACHINES = {
    "open311:discovery",
    "open311:services",
    "open311:service",
    "open311:requests",
    "open311:request",
    "open311:token",
    "ogc:collections",
    "ogc:collection",
    "ogc:queryables",
    "ogc:items",
    "ogc:item",
}
"""What other systems ask with a token: tests/gateway/interfaces walks these for scope."""
OPEN = {"generic:base_map", "set_language", "cap:feed", "cap:document", "ogc:landing", "ogc:conformance", "ogc:api"}
"""What anybody may ask for."""


def state() -> tuple[Any, ...]:
    """What a request could have changed."""
    return (
        *(model.objects.count() for model in (Item, Change, Event, Entry, Run)),
        sorted(Link.objects.values_list("pk", "state")),
        sorted(Unit.objects.values_list("pk", "status", "lon", "lat")),
        sorted(Duty.objects.values_list("pk", "ends_at")),
        sorted(Reject.objects.values_list("pk", "state")),
    )


def ask(client: Client, one: tries.Try, **headers: str) -> tuple[int, str, bool]:
    """Send a request and undo what it did: the status, the text of the answer, whether anything was changed."""
    with transaction.atomic():
        before = state() if one.writes else None
        answer = _sent(client, one, headers)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        changed = one.writes and state() != before
        transaction.set_rollback(True)
    return answer.status_code, content.decode("utf-8", "replace"), changed


def _sent(client: Client, one: tries.Try, headers: dict[str, str]) -> Any:
    send = getattr(client, one.method)
    if "file" in one.body:
        one.body["file"].seek(0)
    if one.method == "get" or not one.path.startswith("/api/"):
        return send(one.path, one.body, **headers)
    if "file" in one.body:
        return send(one.path, one.body, **headers)
    return send(one.path, json.dumps(one.body), content_type="application/json", **headers)


@pytest.fixture(autouse=True)
def _no_thread(monkeypatch) -> None:
    """An import that was let in is noted; its thread is no affair of these tests."""

    def start(viewer, importer, name, _chunks, mapping=""):
        return Run.objects.create(
            importer=importer.code, mapping=mapping, file_name=name, started_at=NOW, actor=viewer.label
        )

    monkeypatch.setattr(background, "start", start)


def test_every_address_is_classified(counties) -> None:
    named = {address.name for address in walking.addresses() if not address.name.startswith("api:")}
    tried = {one.name for one in tries.pages(counties[0])}
    elsewhere = SIGNING_IN | CLOSED | OPEN | MACHINES
    assert named - tried - elsewhere == set(), "say in tries.py who may ask for these"
    assert (tried | elsewhere) - named == set(), "these are gone"


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_in_ones_own_county_what_is_declared_is_done_and_nothing_else(counties, role: str, record_property) -> None:
    home, _away = counties
    client, wrong, walked = home.client(role), [], 0
    for one in tries.pages(home):
        status, text, changed = ask(client, one)
        walked += 1
        done = status < 400 and (changed or not one.writes or one.name in READING_POSTS)
        if done != (role in one.may):
            wrong.append(f"{one.method} {one.path}: {status}{' changed' if changed else ''}")
        if role not in one.may and (changed or (status != 404 and not one.writes)):
            wrong.append(f"{one.method} {one.path}: {status} where there should be nothing")
        if "AWAYMARK" in text:
            wrong.append(f"{one.method} {one.path} shows the other county")
    assert not wrong, "\n".join(wrong)
    record_property("table", f"pages asked for as {role}: {walked}")


READING_POSTS = {"generic:alerts_seen", "generic:duty", "calls:me_duty"}
"""Posted, and rightly without a trace where there is nothing to do."""


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_another_countys_things_do_not_exist(counties, role: str) -> None:
    home, away = counties
    client, wrong = home.client(role), []
    for one in tries.pages(away):
        if one.naming:
            status, text, changed = ask(client, one)
            if status != 404 or changed or away.mark in text.replace(one.path, ""):
                wrong.append(f"{one.method} {one.path}: {status}{' changed' if changed else ''}")
    assert not wrong, "\n".join(wrong)


def test_every_operation_is_classified(counties) -> None:
    named = {operation["operationId"] for _method, _path, operation in walking.operations()}
    tried = {one.name for one in api_tries.operations(counties[0])}
    assert named == tried, "say in api_tries.py who may ask for these"


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_the_api_does_what_is_declared_and_nothing_else(counties, role: str, record_property) -> None:
    home, away = counties
    token, wrong, walked = f"Bearer {home.tokens[role]}", [], 0
    for one in api_tries.operations(home):
        status, text, changed = ask(Client(), one, HTTP_AUTHORIZATION=token)
        walked += 1
        if (status < 400) != (role in one.may):
            wrong.append(f"{one.method} {one.path}: {status}")
        if role not in one.may and (changed or status not in (404, 422)):
            wrong.append(f"{one.method} {one.path}: {status}{' changed' if changed else ''} where there is nothing")
        if away.mark in text:
            wrong.append(f"{one.method} {one.path} shows the other county")
    assert not wrong, "\n".join(wrong)
    record_property("table", f"operations asked for as {role}: {walked}")


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_another_countys_things_do_not_exist_for_machines(counties, role: str) -> None:
    home, away = counties
    token, wrong = f"Bearer {home.tokens[role]}", []
    for one in api_tries.operations(away):
        if one.naming:
            status, text, changed = ask(Client(), one, HTTP_AUTHORIZATION=token)
            if status != 404 or changed or away.mark in text:
                wrong.append(f"{one.method} {one.path}: {status}{' changed' if changed else ''}")
    assert not wrong, "\n".join(wrong)


def test_nobody_is_sent_to_the_sign_in(counties) -> None:
    wrong = []
    for one in tries.pages(counties[0]):
        answer = getattr(Client(), one.method)(one.path, one.body)
        if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/?next=/"):
            wrong.append(f"{one.method} {one.path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
