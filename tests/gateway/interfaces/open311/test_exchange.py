"""Over a live server: the client written from the specification alone, and our own client against our own server."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from anning.domains.calls.models import Call, Matter
from anning.domains.calls.services import matters
from anning.gateway import cli
from anning.gateway.interfaces.models import Handover
from anning.gateway.interfaces.open311.client import Endpoint
from anning.gateway.interfaces.open311.services import exchanging as exchange
from anning.gateway.interfaces.web import OtherSystemError
from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.models import Entry
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import act
from anning.wire.open311.asked import Report
from tests.factories import NOW, viewer
from tests.gateway.interfaces.live import serving
from tests.together import trail_unlocked

SCRIPT = Path(__file__).with_name("script.py")
YEAR_BEFORE, LATER = NOW - timedelta(days=365), NOW + timedelta(days=1)


@pytest.fixture
def served(transactional_db, counties):
    """The address of our server; what was committed is taken away afterwards."""
    with serving() as url:
        yield f"{url}/open311/v2"
    with trail_unlocked():
        Entry.objects.all().delete()


@pytest.fixture
def partner(served, home) -> Endpoint:
    """Our own server as if it were a partner's, spoken to with the key of our county's partner."""
    return Endpoint(served, home.tokens["partner"], "3302")


def run(*words: str) -> dict[str, int]:
    """What a command counted."""
    done = CliRunner().invoke(cli.build(), [*words, "--json"])
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout.splitlines()[-1])


def test_a_client_written_from_the_specification_alone_creates_finds_and_follows(served, home) -> None:
    words = [sys.executable, str(SCRIPT), served, home.tokens["partner"], "3302", "29.5", "121.2"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    service, made, found, listed, refused = map(json.loads, done.stdout.splitlines())
    assert service == {"service": "life", "type": "realtime"}
    assert made["status"] == 201
    assert found["found"]["service_request_id"] == made["made"]
    assert (found["found"]["status"], found["found"]["description"]) == ("open", "A lamp is out")
    assert "111111111" not in done.stdout
    assert made["made"] in listed["listed"]
    assert refused == {"refused": 400, "code": "400"}


@pytest.mark.parametrize("form", ["xml", "json"])
def test_what_a_partner_has_is_taken_in_once(served, home, form) -> None:
    partner, said = Endpoint(served, home.tokens["partner"], form=form), []
    matters_there = {home.items[name].number for name in ("matter", "routed", "handed")}
    first = exchange.pull(SYSTEM, partner, YEAR_BEFORE, LATER, {}, said.append)
    assert (first.read, first.added, first.known, first.refused) == (3, 3, 0, 0)
    again = exchange.pull(SYSTEM, partner, YEAR_BEFORE, LATER, {}, said.append)
    assert again.added == 0
    assert again.known >= 3
    taken = Call.objects.filter(source_key__startswith="o311-in-").order_by("pk")
    assert {call.narrative for call in taken} == {f"{home.mark} narrative"}
    assert not matters_there & {call.item.number for call in taken}
    assert not said


def test_a_service_we_do_not_know_is_said_and_a_mapped_one_is_taken(partner) -> None:
    said: list[str] = []
    done = exchange.pull(SYSTEM, partner, YEAR_BEFORE, LATER, {"life": "nothing"}, said.append)
    assert done.refused == 3
    assert "“nothing”" in said[0] or "nothing" in said[0]
    assert exchange.pull(SYSTEM, partner, YEAR_BEFORE, LATER, {"life": "public"}, said.append).added == 3
    assert Item.objects.filter(kind="incident", calls__source_key__startswith="o311-in-").count() == 3


def test_a_full_answer_is_asked_for_again_in_halves(partner, monkeypatch) -> None:
    monkeypatch.setattr("anning.gateway.interfaces.open311.client.MOST", 2)
    found = list(partner.requests(NOW - timedelta(hours=1), NOW + timedelta(hours=1)))
    assert len({one.request_id for one in found}) == 3


def test_matters_are_handed_over_once_and_finished_when_the_partner_has(partner, home, away) -> None:
    said: list[str] = []
    now = timezone.now()
    done = exchange.push(SYSTEM, partner, home.partner, now, said.append)
    assert (done.sent, done.refused, said) == (2, 0, [])
    assert exchange.push(SYSTEM, partner, home.partner, now, said.append).sent == 0
    sent = Handover.objects.get(item=home.items["routed"])
    twin = Call.objects.get(item__pk=int(sent.remote_id[2:]))
    assert (twin.narrative, twin.contact) == (f"{home.mark} narrative", None)
    chief = viewer("supervisor")
    matters.route(chief, sent.remote_id, away.partner.code, version=None)
    act(chief, sent.remote_id, "accept", version=None)
    matters.finish(chief, sent.remote_id, "the lamp is mended", version=None)
    followed = exchange.push(SYSTEM, partner, home.partner, now, said.append)
    assert (followed.followed, followed.ended) == (2, 1)
    assert Matter.objects.get(item=home.items["routed"]).outcome == "the lamp is mended"
    assert home.fresh("routed").state == "done"


def test_who_called_is_told_for_a_purpose_and_leaves_a_trace(partner, home) -> None:
    exchange.push(SYSTEM, partner, home.partner, timezone.now(), print, purpose="the hotline calls back")
    twins = Call.objects.filter(item__in=[int(one.remote_id[2:]) for one in Handover.objects.all()])
    assert all(call.contact_id for call in twins)
    assert Entry.objects.filter(action="read", purpose="the hotline calls back").count() == len(twins)


def test_a_refusal_says_what_the_partner_said(served) -> None:
    with pytest.raises(OtherSystemError, match=r"/requests\.xml answered 403 Forbidden: .*api_key"):
        Endpoint(served, "wrong").send(Report("life", address="here"), "k")
    with pytest.raises(OtherSystemError, match=r"answered 404 Not Found"):
        Endpoint(f"{served}/nowhere").services()
    with pytest.raises(OtherSystemError, match=r"cannot be reached"):
        Endpoint("http://127.0.0.1:9").services()
    with pytest.raises(ValueError, match="no http or https address"):
        Endpoint("file:///etc").services()


def test_the_commands_count_what_they_did(served, home, tmp_path) -> None:
    mapping = tmp_path / "codes.toml"
    mapping.write_text('life = "life"\n')
    key, since = home.tokens["partner"], f"{YEAR_BEFORE:%Y-%m-%d}"
    pulled = run("open311", "pull", served, "--key", key, "--since", since, "--categories", str(mapping))
    assert pulled == {"read": 3, "added": 3, "known": 0, "refused": 0}
    pushed = run("open311", "push", served, "--agency", home.partner.code, "--key", key)
    assert pushed == {"sent": 2, "refused": 0, "followed": 2, "ended": 0}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["push", "http://x.example", "--agency", "none"], "there is no agency 'none'"),
        (["pull", "http://x.example", "--form", "csv"], "use xml or json"),
        (["pull", "http://x.example", "--categories", "BAD"], "must be one of our categories in quotes"),
    ],
)
@pytest.mark.django_db
def test_wrong_words_are_told(words, fault, tmp_path) -> None:
    (tmp_path / "bad.toml").write_text("life = 3")
    words = [str(tmp_path / "bad.toml") if word == "BAD" else word for word in words]
    done = CliRunner().invoke(cli.build(), ["open311", *words])
    assert fault in str(done.exception)
