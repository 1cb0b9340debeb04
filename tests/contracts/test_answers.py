"""What the API answers is what its document says: status, type of content, and every field."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from django.db import transaction
from django.test import Client

from anning.project.api import api
from tests.contracts import api_tries, tries
from tests.contracts.walking import County

ROLES = ("supervisor", "dispatcher", "unit", "partner", "auditor", "administrator")
BARE = {"file"}
"""Operations that answer with bytes of any type."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The API's document as it is read by machines."""
    return json.loads(json.dumps(api.get_openapi_schema(), default=str))


def described(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The answers of each operation by its id."""
    return {one["operationId"]: one["responses"] for ways in document["paths"].values() for one in ways.values()}


def faults(document: dict[str, Any], name: str, answer: Any) -> list[str]:
    """What an answer has that the document does not say of its operation."""
    said = described(document)[name].get(str(answer.status_code))
    if said is None:
        return [f"{name} answers {answer.status_code}, which is not described"]
    form = answer.headers.get("Content-Type", "").partition(";")[0]
    if name.partition("_")[0] in BARE and answer.status_code == 200:
        return []
    if "content" not in said:
        return [] if not answer.content else [f"{name} {answer.status_code} has a body that is not described"]
    if form not in said["content"]:
        return [f"{name} answers {form}, described are {sorted(said['content'])}"]
    if form != "application/json":
        return []
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    schema = {**said["content"][form]["schema"], "components": document["components"]}
    errors = jsonschema_rs.Draft202012Validator(schema).iter_errors(json.loads(text))
    return [f"{name} {answer.status_code}: {error.instance_path} {error.message[:200]}" for error in errors]


def asked(one: tries.Try, token: str) -> Any:
    """Send a request and undo what it did."""
    send, headers = getattr(Client(), one.method), {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    with transaction.atomic():
        if one.method == "get":
            answer = send(one.path, **headers)
        elif "file" in one.body:
            one.body["file"].seek(0)
            answer = send(one.path, one.body, **headers)
        else:
            answer = send(one.path, json.dumps(one.body), content_type="application/json", **headers)
        transaction.set_rollback(True)
    return answer


def answers(county: County, token: str) -> list[tuple[str, Any]]:
    """What each operation answers, imports left out: those go on in a thread of their own."""
    return [
        (one.name, asked(one, token))
        for one in api_tries.operations(county)
        if not one.path.endswith("/imports") or not one.body
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_answers_are_as_described(counties, document, role: str) -> None:
    home, _away = counties
    given = answers(home, home.tokens[role])
    wrong = [fault for name, answer in given for fault in faults(document, name, answer)]
    assert not wrong, "\n".join(wrong)
    assert sum(answer.status_code < 300 for _name, answer in given) >= 10


@pytest.mark.django_db
def test_refusals_are_as_described(counties, document) -> None:
    home, away = counties
    given = answers(away, home.tokens["supervisor"]) + answers(home, "no such token")
    wrong = [fault for name, answer in given for fault in faults(document, name, answer)]
    assert not wrong, "\n".join(wrong)
    assert {401, 404} <= {answer.status_code for _name, answer in given}


@pytest.mark.django_db
def test_conflicts_are_as_described(counties, document) -> None:
    """A version that is not the item's any more: somebody else was first, and what they did is told."""
    home, _away = counties
    met = 0
    for one in api_tries.operations(home):
        if "version" in one.body:
            stale = tries.Try(one.name, one.method, one.path, one.may, {**one.body, "version": 0})
            answer = asked(stale, home.tokens["supervisor"])
            assert answer.status_code == 409, one.path
            assert answer.json()["changes"], one.path
            assert faults(document, one.name, answer) == []
            met += 1
    assert met >= 10


def test_every_operation_says_what_it_answers(document) -> None:
    silent = [
        f"{name} {status}"
        for name, responses in described(document).items()
        for status, said in responses.items()
        if "content" not in said and status != "204" and name.partition("_")[0] not in BARE
    ]
    assert silent == []


@pytest.mark.django_db
def test_a_field_that_is_not_described_is_found(counties, document) -> None:
    home, _away = counties
    answer = asked(api_tries.call("me", "get", "/me", frozenset()), home.tokens["supervisor"])
    assert faults(document, "me", answer) == []
    assert faults(document, "list_incident", answer)
    answer.status_code = 418
    assert faults(document, "me", answer) == ["me answers 418, which is not described"]
