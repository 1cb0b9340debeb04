"""The API document: current, complete, and surviving whatever is sent at it with no fault of the platform's own."""

import json
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from anning.kernel.contract import registry
from anning.kernel.org.services import make_token
from anning.project.api import api
from anning.project.wsgi import application
from tests.factories import city, incident, user

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"
EXAMPLES = 6


def operations() -> list[tuple[str, str, dict]]:
    paths = json.loads(json.dumps(api.get_openapi_schema(), default=str))["paths"]
    return [(method, path, operation) for path, methods in paths.items() for method, operation in methods.items()]


def test_the_document_is_current() -> None:
    made = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    assert json.loads(DOCUMENT.read_text("utf-8")) == made, "run `anning openapi docs/reference/openapi.json`"


def test_every_operation_has_an_id_of_its_own_and_every_kind_its_operations() -> None:
    names = [operation["operationId"] for _method, _path, operation in operations()]
    assert len(names) == len(set(names))
    for kind in registry.kinds():
        assert {f"{what}_{kind.code}" for what in ("list", "get", "act", "edit", "note", "timeline")} <= set(names)


@pytest.mark.django_db
def test_nobody_is_let_in_without_a_token_or_a_session() -> None:
    for method, path, _operation in operations():
        url = path.replace("{", "").replace("}", "")
        answer = getattr(Client(), method)(url, content_type="application/json")
        assert answer.status_code == 401, (method, path, answer.status_code)


@pytest.mark.django_db
def test_a_wrong_token_is_not_covered_up_by_a_session() -> None:
    client = Client()
    client.force_login(user(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", HTTP_AUTHORIZATION="Bearer wrong").status_code == 401


@pytest.mark.django_db
def test_a_session_needs_the_csrf_proof_to_write() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/api/v1/places/locate", "[]", content_type="application/json")
    assert answer.status_code == 403


@pytest.fixture
def one_connection():
    """Requests share the connection of the test, whose transaction is rolled back at its end."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["supervisor", "anonymous"])
def test_nothing_that_is_sent_makes_the_platform_fail(role: str, settings, one_connection) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    city()
    incident()
    headers = {} if role == "anonymous" else {"Authorization": f"Bearer {make_token(None, user('supervisor'), 'fuzz')}"}
    schema = schemathesis.openapi.from_wsgi("/openapi.json", _with_document(application))
    failed: list[str] = []
    for result in schema.get_all_operations():
        _storm(result.ok(), headers, failed)
    assert failed == []


def _storm(operation, headers: dict[str, str], failed: list[str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case) -> None:
        answer = case.call(headers=headers)
        if answer.status_code >= 500:
            failed.append(f"{operation.method} {operation.path}: {answer.status_code} for {case.body!r}")

    send()


def _with_document(application):
    """The application, with its OpenAPI document where the tester looks for it."""
    body = json.dumps(api.get_openapi_schema(), default=str).encode()

    def serve(environ, start_response):
        if environ["PATH_INFO"] == "/openapi.json":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [body]
        return application(environ, start_response)

    return serve
