"""The trail, which is never shortened, keeps no words people wrote: those end with their retention."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.work.models import Change, Event
from tests.contracts import api_tries, tries
from tests.contracts.walking import County

pytestmark = pytest.mark.django_db
SAID = "some-words-somebody-wrote"
FREE = ("reason", "text", "title", "what", "outcome", "narrative", "address", "caller_name", "caller_note")
"""The fields of requests in which people write what they like. A purpose is none, nor why an imported row is left
out: the trail is where these belong."""


def worded(one: tries.Try) -> dict[str, Any]:
    """The body of a request with words in each free field."""
    if isinstance(one.body, list):
        return one.body
    return {name: SAID if name in FREE else value for name, value in one.body.items()}


def carried_out(county: County) -> int:
    """Post what can be posted, by pages and then by machine, as the supervisor; how often something was done."""
    client, token = county.client("supervisor"), {"HTTP_AUTHORIZATION": f"Bearer {county.tokens['supervisor']}"}
    before = Entry.objects.count()
    for one in tries.pages(county):
        if one.writes and "file" not in one.body:
            client.post(one.path, worded(one))
    for one in api_tries.operations(county):
        if one.writes and "file" not in one.body:
            body = json.dumps(worded(one))
            getattr(Client(), one.method)(one.path, body, content_type="application/json", **token)
    return Entry.objects.count() - before


def test_no_words_people_wrote_are_in_the_trail(counties) -> None:
    home, away = counties
    done = carried_out(home) + carried_out(away)
    assert done >= 20
    assert Change.objects.filter(reason__contains=SAID).count() >= 5, "the words were kept, and where they end"
    kept = list(Entry.objects.filter(body__contains=SAID).values_list("action", flat=True))
    kept += list(Entry.objects.filter(purpose__contains=SAID).values_list("action", flat=True))
    assert kept == []


def test_no_personal_details_are_in_the_trail_nor_in_what_live_pages_are_told(counties) -> None:
    home, _away = counties
    carried_out(home)
    for details in ("王某", "10012345678"):
        assert not Entry.objects.filter(body__contains=details).exists()
        assert not Entry.objects.filter(purpose__contains=details).exists()
        assert not [event.pk for event in Event.objects.all() if details in json.dumps(event.body, ensure_ascii=False)]
    assert not list(verify())
