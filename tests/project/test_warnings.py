"""A request in the tests gives no warning: neither of a folder that is missing nor of a way that is to go."""

from __future__ import annotations

import json
import warnings

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anning.kernel.org.services import make_token
from tests import factories


@pytest.fixture(autouse=True)
def _strict():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_no_folder_is_missing_when_the_first_page_is_asked_for(db) -> None:
    assert Client().get("/alerts").status_code == 302


def test_what_is_made_or_left_out_by_the_api_is_answered_as_ninja_asks(here) -> None:
    client = Client(headers={"Authorization": f"Bearer {make_token(None, factories.user('supervisor'), 'test')}"})
    base = f"/api/v1/work/incident/{factories.incident().number}"
    text = json.dumps({"text": "at the gate"})
    assert client.post(f"{base}/notes", text, content_type="application/json").status_code == 201
    kept = {"file": SimpleUploadedFile("a.txt", b"words")}
    assert client.post(f"{base}/files", kept).status_code == 201
