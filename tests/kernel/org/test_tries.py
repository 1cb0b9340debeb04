"""Tries to sign in keep a network address: for as long as the setting says, then deleted with proof."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.apps import apps

from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.org.services import tries
from anning.kernel.org.services.tries import TRIES, drop_tries
from anning.kernel.people.models import Deletion
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def kept(model: type, age: timedelta, address: str) -> None:
    made = model.objects.create(
        **({"failures_since_start": 1} if model is AccessAttempt else {}),
        username="1",
        ip_address=address,
        user_agent=address,
    )
    model.objects.filter(pk=made.pk).update(attempt_time=NOW - age)


def test_every_table_of_the_lock_out_with_an_address_is_ended() -> None:
    found = {
        model
        for model in apps.get_app_config("axes").get_models()
        if any(field.name == "ip_address" for field in model._meta.fields)
    }
    assert found == set(TRIES)


@pytest.mark.parametrize("model", TRIES)
def test_old_tries_go_with_proof_and_fresh_ones_stay(settings, model: type) -> None:
    settings.SIGN_IN_DAYS = 3
    kept(model, timedelta(days=3), "203.0.113.7")
    kept(model, timedelta(days=3) - timedelta(seconds=1), "203.0.113.8")
    assert drop_tries(NOW) == 1
    assert [row.ip_address for row in model.objects.all()] == ["203.0.113.8"]
    proof = Deletion.objects.get()
    assert (proof.model, proof.count) == (model._meta.label_lower, 1)
    assert proof.digest in Entry.objects.get(action="delete").body
    assert drop_tries(NOW) == 0
    assert not list(verify())


def test_tries_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "BATCH", 2)
    for place in range(5):
        kept(AccessAttempt, timedelta(days=400), f"203.0.113.{place}")
    assert drop_tries(NOW) == 5
    assert [proof.count for proof in Deletion.objects.order_by("pk")] == [2, 2, 1]
