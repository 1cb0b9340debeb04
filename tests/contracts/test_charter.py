"""The charter: no score on a person, personal fields sealed with purpose and retention, deletion done and proved."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from anning.kernel.audit.models import Entry
from anning.kernel.contract import registry
from anning.kernel.people import services as people
from anning.kernel.people.fields import PersonalField
from anning.kernel.people.models import Contact, Deletion
from tests.factories import NOW

SCORE = re.compile(r"score|rank|risk|rating|predict|propensity|reputation|credit|threat", re.IGNORECASE)
RECOGNITION = re.compile(r"face|embedding|template|biometric|voiceprint|gait|iris|fingerprint", re.IGNORECASE)
PERSONAL = re.compile(r"name|phone|mobile|mail|birth|identity|id_number|passport|gender|caller", re.IGNORECASE)
PEOPLE = {"people.Contact", "org.User"}
NOT_PERSONAL = {
    "org.User.username": "a service number, not a name",
    "org.ApiToken.label": "what a machine is called",
}
"""Fields that look personal on a model of people and are not, each with the reason; reviewed by hand."""


def ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith("anning."))


def of_people(model: type[models.Model]) -> bool:
    """Whether a row of the model is about one person: a person's own model, or one that points at a person."""
    if model._meta.label in PEOPLE:
        return True
    targets = {f.related_model._meta.label for f in model._meta.concrete_fields if f.is_relation and f.related_model}
    return bool(targets & PEOPLE)


def scored(model: type[models.Model]) -> list[str]:
    names = [field.name for field in model._meta.concrete_fields]
    return [f"{model._meta.label}.{name}" for name in names if SCORE.search(name) and of_people(model)]


def open_personal(model: type[models.Model]) -> list[str]:
    if model._meta.label not in PEOPLE:
        return []
    labelled = {f"{model._meta.label}.{f.name}": f for f in model._meta.concrete_fields}
    return [
        label
        for label, field in labelled.items()
        if PERSONAL.search(field.name) and not isinstance(field, PersonalField) and label not in NOT_PERSONAL
    ]


def test_no_model_scores_ranks_or_predicts_a_person() -> None:
    assert [found for model in ours() for found in scored(model)] == []


def test_no_model_can_hold_what_recognises_a_person() -> None:
    names = [f"{m._meta.label}.{f.name}" for m in ours() for f in m._meta.concrete_fields]
    assert [name for name in names if RECOGNITION.search(name.rpartition(".")[2])] == []


def test_every_personal_field_is_sealed() -> None:
    assert [found for model in ours() for found in open_personal(model)] == []


@isolate_apps("anning.kernel.people")
def test_the_checks_find_what_they_look_for() -> None:
    class Bad(models.Model):
        contact = models.ForeignKey(Contact, models.CASCADE)
        risk_score = models.FloatField()

        class Meta:
            app_label = "people"

        def __str__(self) -> str:
            return "bad"

    assert scored(Bad) == ["people.Bad.risk_score"]


def test_every_personal_field_says_what_it_is_for_and_its_row_when_it_ends() -> None:
    holders = {model for model in ours() for field in model._meta.concrete_fields if isinstance(field, PersonalField)}
    assert holders == {Contact}, "a new holder of personal fields needs a purge of its own, and a line here"
    assert all(len(Contact._meta.get_field(name).purpose) > 5 for name in people.personal_fields())
    assert not Contact._meta.get_field("keep_until").null


def test_every_kind_and_retention_of_every_module_is_declared_and_can_be_run() -> None:
    for kind in registry.kinds():
        assert kind.retention_days > 0, kind.code
    rules = [rule for module in registry.modules() for rule in module.retention]
    assert rules
    for rule in rules:
        package, name = rule.purge.rsplit(".", 1)
        assert callable(getattr(import_module(package), name))
        assert apps.get_model(rule.model)._meta.get_field(rule.since_field)
        assert rule.days > 0
        assert str(rule.reason)


@pytest.mark.django_db
def test_purge_deletes_and_proves_it() -> None:
    kept = people.keep(name="王某", phone="10012345678", area_code="", reason="call-back", days=1, now=NOW)
    assert kept is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM people_contact WHERE id = %s", [kept.pk])
        token = bytes(cursor.fetchone()[0])
        assert people.purge(NOW + timedelta(days=2)) == 1
        cursor.execute("SELECT count(*) FROM people_contact WHERE phone = %s", [token])
        assert cursor.fetchone()[0] == 0
    assert Deletion.objects.get().count == 1
    assert Entry.objects.filter(action="delete", subject="people.contact").count() == 1
