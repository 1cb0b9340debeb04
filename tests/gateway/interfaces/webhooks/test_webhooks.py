"""Webhooks: signed, in the owner's scope, tried again, given up with an alert, sent again by hand, ended in time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anning.gateway.interfaces.models import Delivery, Sending, Subscription
from anning.gateway.interfaces.webhooks import services
from anning.kernel.access.selectors import viewer_of
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import Membership
from anning.kernel.people.models import Deletion
from anning.kernel.people.services import rotate_keys
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Alert
from anning.kernel.work.services.items import note
from anning.wire.webhooks import check
from tests.factories import viewer

pytestmark = pytest.mark.django_db
AT = "/api/v1/interfaces/webhooks"
DAY = timedelta(days=1)


@dataclass
class Receiver:
    """Another system that takes what is posted to it, or answers with the status it is told to."""

    url: str = ""
    status: int = 204
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """A receiver on this machine, which the settings allow."""
    settings.WEBHOOK_PRIVATE = True
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.taken.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(made.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/hook?for=us"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _none_yet(home) -> None:
    """The webhooks the counties come with are taken away: they lead out of this machine."""
    Subscription.objects.all().delete()


@pytest.fixture
def chief(home):
    """Our county's supervisor."""
    return viewer_of(home.people["supervisor"])


@pytest.fixture
def hook(receiver, chief) -> tuple[Subscription, str]:
    """A webhook of the supervisor's, and its secret."""
    return services.subscribe(chief, receiver.url, [], "", timezone.now())


def say(item) -> None:
    note(viewer("supervisor"), item.number, "words nobody outside reads")


def test_a_change_is_told_signed_and_without_words_people_wrote(hook, receiver, home) -> None:
    say(home.items["busy"])
    now = timezone.now()
    assert services.deliver(now) == 1
    (headers, body), (_made, secret) = receiver.taken[0], hook
    check(secret, headers, body, int(now.timestamp()))
    told = json.loads(body)
    assert told["type"] == "work.incident.note"
    assert told["data"]["number"] == home.items["busy"].number
    assert "title" not in told["data"]
    for word in (home.mark, "words nobody", "王某", "10012345678"):
        assert word not in body.decode()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.answer) == (Sending.SENT, 1, 204)


def test_each_change_is_told_once(hook, receiver, home) -> None:
    for _again in range(2):
        say(home.items["busy"])
        services.deliver(timezone.now())
        services.deliver(timezone.now())
    assert len(receiver.taken) == 2
    assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 2


def test_only_what_the_owner_may_see_asked_for_and_only_from_then_on(receiver, chief, home, away) -> None:
    services.subscribe(chief, receiver.url, ["matter"], f"{home.code}001", timezone.now())
    for item in (home.items["busy"], away.items["matter"], home.items["matter"]):
        say(item)
    services.deliver(timezone.now())
    assert [json.loads(body)["data"]["number"] for _headers, body in receiver.taken] == [home.items["matter"].number]


def test_another_countys_changes_are_not_told(hook, receiver, away) -> None:
    for item in away.items.values():
        say(item)
    assert services.deliver(timezone.now()) == 0
    assert not Delivery.objects.exists()


def test_what_is_refused_is_tried_again_with_growing_pauses_until_it_is_taken(hook, receiver, home) -> None:
    receiver.status, now = 500, timezone.now()
    say(home.items["busy"])
    services.deliver(now)
    for attempt, pause in enumerate(services.PAUSES_S[:3], 1):
        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.attempts, delivery.fault) == (Sending.WAITING, attempt, "answered 500")
        assert delivery.next_at == now + timedelta(seconds=pause)
        services.deliver(delivery.next_at - timedelta(seconds=1))
        assert len(receiver.taken) == attempt
        now = delivery.next_at
        receiver.status = 200 if attempt == 3 else 500
        services.deliver(now)
    assert Delivery.objects.get().status == Sending.SENT
    assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 1


def test_a_redirection_is_not_followed_and_a_closed_port_is_a_fault(hook, receiver, home) -> None:
    receiver.status = 302
    say(home.items["busy"])
    services.deliver(timezone.now())
    assert (len(receiver.taken), Delivery.objects.get().fault) == (1, "answered 302")
    Subscription.objects.update(url="http://127.0.0.1:9/")
    services.deliver(timezone.now() + DAY)
    assert "refused" in Delivery.objects.get().fault


def test_after_days_it_is_given_up_and_the_owner_alerted_once_until_it_works_again(hook, receiver, home) -> None:
    receiver.status, now = 500, timezone.now()
    say(home.items["busy"])
    say(home.items["waiting"])
    services.deliver(now)
    services.deliver(now + 4 * DAY)
    assert set(Delivery.objects.values_list("status", flat=True)) == {Sending.DEAD}
    alert = Alert.objects.get(cause__startswith="webhook:")
    assert alert.user == home.people["supervisor"]
    assert Subscription.objects.get().failed_at is not None
    shown = Client(headers={"Authorization": f"Bearer {home.tokens['supervisor']}"}).get("/api/v1/me/alerts")
    assert "webhook" in shown.content.decode()
    receiver.status = 200
    dead = Delivery.objects.order_by("pk").first()
    services.replay(viewer_of(home.people["supervisor"]), hook[0].pk, dead.pk, now + 4 * DAY)
    assert services.deliver(now + 4 * DAY) == 1
    assert Subscription.objects.get().failed_at is None


def test_a_receiver_that_is_gone_is_given_up_at_once(hook, receiver, home) -> None:
    receiver.status = 410
    say(home.items["busy"])
    services.deliver(timezone.now())
    assert Delivery.objects.get().status == Sending.DEAD


def test_what_the_owner_may_no_longer_see_is_not_sent(hook, receiver, home) -> None:
    receiver.status, now = 500, timezone.now()
    say(home.items["busy"])
    services.deliver(now)
    Membership.objects.filter(user=home.people["supervisor"]).delete()
    receiver.status = 200
    assert services.deliver(now + DAY) == 0
    assert Delivery.objects.get().status == Sending.WITHDRAWN
    assert len(receiver.taken) == 1


def test_a_private_address_is_refused_also_when_the_name_changes_later(hook, receiver, chief, home, settings) -> None:
    settings.WEBHOOK_PRIVATE = False
    with pytest.raises(RefusedError, match="must be an https address"):
        services.subscribe(chief, receiver.url, [], "", timezone.now())
    with pytest.raises(RefusedError, match="inside a private network"):
        services.subscribe(chief, "https://127.0.0.1/hook", [], "", timezone.now())
    say(home.items["busy"])
    Subscription.objects.update(url="https://localhost/hook")
    services.deliver(timezone.now())
    assert "inside a private network" in Delivery.objects.get().fault
    assert not receiver.taken


def test_the_secret_is_sealed_kept_out_of_the_trail_and_survives_new_keys(hook, receiver, home) -> None:
    made, secret = hook
    assert secret not in repr(Subscription.objects.values_list("secret", flat=True)[0])
    assert not Entry.objects.filter(body__contains=secret).exists()
    rotate_keys()
    say(home.items["busy"])
    now = timezone.now()
    services.deliver(now)
    headers, body = receiver.taken[0]
    check(secret, headers, body, int(now.timestamp()))
    assert made.keep_until > now + 300 * DAY


def test_two_workers_do_not_send_one_delivery_at_once(hook, receiver, home) -> None:
    say(home.items["busy"])
    now = timezone.now()
    services._gather(Subscription.objects.get(), now)
    first = Delivery.objects.select_related("subscription__owner").get()
    second = Delivery.objects.select_related("subscription__owner").get()
    assert (services._send(first, now), services._send(second, now)) == (True, False)


def test_webhooks_and_what_was_sent_end_in_time_with_proof(hook, receiver, home) -> None:
    say(home.items["busy"])
    now = timezone.now()
    services.deliver(now)
    assert services.purge_deliveries(now + 29 * DAY) == 0
    assert services.purge_deliveries(now + 31 * DAY) == 1
    assert services.purge_subscriptions(now) == 0
    assert services.purge_subscriptions(now + 367 * DAY) == 1
    assert {"interfaces.delivery", "interfaces.subscription"} <= set(Deletion.objects.values_list("model", flat=True))


def test_by_machine_each_for_the_owners_own(receiver, machine, home, away) -> None:
    client = machine("partner")
    made = client.post(AT, json.dumps({"url": receiver.url, "kinds": ["matter"]}), content_type="application/json")
    assert made.status_code == 200, made.content
    one = made.json()
    assert one["secret"].startswith("whsec_")
    assert "secret" not in client.get(AT).json()[0]
    say(home.items["matter"])
    services.deliver(timezone.now())
    (sent,) = client.get(f"{AT}/{one['id']}/deliveries", {"status": "sent"}).json()
    again = client.post(f"{AT}/{one['id']}/deliveries/{sent['id']}/replay")
    assert again.json()["status"] == "waiting"
    assert services.deliver(timezone.now()) == 1
    for other in (machine("supervisor"), Client(headers={"Authorization": f"Bearer {away.tokens['partner']}"})):
        assert other.get(AT).json() == []
        assert other.get(f"{AT}/{one['id']}/deliveries").status_code == 404
        assert other.delete(f"{AT}/{one['id']}").status_code == 404
    assert client.delete(f"{AT}/{one['id']}").json() == {"ended": True}
    assert not Delivery.objects.exists()


def test_who_may_have_none_and_what_cannot_be_asked_for(chief, home, receiver) -> None:
    with pytest.raises(NotVisibleError):
        services.subscribe(viewer_of(home.people["auditor"]), receiver.url, [], "", timezone.now())
    with pytest.raises(RefusedError, match="no kind of work “wells”"):
        services.subscribe(chief, receiver.url, ["wells"], "", timezone.now())
