"""The charter over every model: nobody is scored or recognised, what is personal is sealed, has a purpose and ends."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from anning.gateway.chores import purge_all
from anning.kernel.contract import registry
from anning.kernel.org.models import User
from anning.kernel.people.fields import PersonalField
from anning.kernel.people.models import Contact
from anning.kernel.people.services import personal_models
from tests.contracts import charter, reviewed
from tests.factories import NOW

OURS = [model for model in apps.get_models() if model.__module__.startswith("anning.")]
PURGED = {"people.Contact", *(rule.model for module in registry.modules() for rule in module.retention)}
ROOT = Path(__file__).resolve().parents[2]
RECOGNISERS = re.compile(
    r"^(face[-_]?recognition|dlib|deepface|insightface|facenet\S*|retinaface|openalpr)\b", re.I | re.M
)


def unreviewed(found: object, known: dict[str, str]) -> list[str]:
    """What a rule found that nobody has looked at."""
    return sorted(set(found) - set(known))  # type: ignore[call-overload]


def test_no_model_that_refers_to_a_person_scores_ranks_or_predicts() -> None:
    found = unreviewed(charter.judging(OURS), reviewed.JUDGING)
    assert not found, f"these may judge a person; if they do not, say why in reviewed.JUDGING: {found}"


def test_the_score_of_a_proposed_link_is_no_score_of_a_person() -> None:
    link = apps.get_model("work", "Link")
    assert "score" in {field.name for field in link._meta.concrete_fields}
    assert link not in charter.about_persons(OURS), "it says how alike two events are, and refers to nobody"


def test_nothing_recognises_or_tracks_a_person() -> None:
    assert not unreviewed(charter.recognising(OURS), reviewed.RECOGNISING)
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert not RECOGNISERS.search(lock.read_text()), lock.name


def test_what_looks_personal_is_sealed() -> None:
    found = unreviewed(charter.unsealed(OURS), reviewed.UNSEALED)
    assert not found, f"make these PersonalField, or say in reviewed.UNSEALED why they are not personal: {found}"


def test_every_field_anything_can_be_written_into_was_looked_at() -> None:
    found = unreviewed(charter.free_text(OURS), reviewed.FREE_TEXT | reviewed.WORDS)
    assert not found, (
        f"say in reviewed.FREE_TEXT why these hold no words of people, or end them and list WORDS: {found}"
    )
    assert not set(reviewed.FREE_TEXT) & set(reviewed.WORDS)


def test_a_copy_of_what_came_from_outside_is_sealed() -> None:
    found = unreviewed(charter.copied(OURS), reviewed.COPIED)
    assert not found, f"these may hold whole rows of others' files; make them PersonalField: {found}"


@pytest.mark.django_db
def test_every_sealed_field_has_a_purpose_and_every_row_of_it_an_end() -> None:
    assert charter.personal_fields(Contact)
    assert not list(charter.purposeless(OURS))
    assert not list(charter.kept_for_ever(OURS, purge_all(NOW)))


def test_every_sealed_field_takes_part_in_the_rotation_of_keys() -> None:
    assert personal_models() == {
        model: [field.name for field in fields] for model in OURS if (fields := charter.personal_fields(model))
    }


@pytest.mark.django_db
def test_one_purge_runs_every_declared_retention() -> None:
    for module in registry.modules():
        for rule in module.retention:
            package, name = rule.purge.rsplit(".", 1)
            assert "now" in inspect.signature(getattr(import_module(package), name)).parameters
            model = apps.get_model(rule.model)
            assert isinstance(model._meta.get_field(rule.since_field), models.DateTimeField)
            assert rule.days > 0
            assert str(rule.reason)
    assert set(purge_all(NOW)) >= PURGED


def test_the_lists_of_what_was_looked_at_hold_nothing_that_is_gone() -> None:
    for found, known in (
        (charter.judging(OURS), reviewed.JUDGING),
        (charter.recognising(OURS), reviewed.RECOGNISING),
        (charter.unsealed(OURS), reviewed.UNSEALED),
        (charter.free_text(OURS), reviewed.FREE_TEXT),
        (charter.copied(OURS), reviewed.COPIED),
    ):
        assert not sorted(set(known) - set(found))
        assert all(len(reason.split()) > 0 for reason in known.values())


def test_every_application_of_others_that_has_tables_was_looked_at() -> None:
    labels = {model._meta.app_label for model in apps.get_models() if model not in OURS}
    assert labels == set(reviewed.OTHER_APPS)


# The rules themselves: each finds the throw-away model that breaks it.


@isolate_apps("tests")
def test_a_score_on_a_person_is_found_also_at_two_removes() -> None:
    class Visit(models.Model):
        """Refers to a contact."""

        contact = models.ForeignKey(Contact, models.CASCADE)

        class Meta:
            app_label = "tests"

    class Assessment(models.Model):
        """Refers to what refers to a contact, and judges."""

        visit = models.ForeignKey(Visit, models.CASCADE)
        risk_score = models.FloatField()
        threatLevel = models.IntegerField()

        class Meta:
            app_label = "tests"

    found = set(charter.judging([*OURS, Visit, Assessment])) - set(reviewed.JUDGING)
    assert found == {"tests.Assessment.risk_score", "tests.Assessment.threatLevel"}


@isolate_apps("tests")
def test_a_rank_of_users_is_found_and_one_of_places_is_not() -> None:
    class Standing(models.Model):
        """Ranks staff."""

        who = models.ManyToManyField(User)
        rank = models.IntegerField()

        class Meta:
            app_label = "tests"

    class Crossing(models.Model):
        """Ranks places."""

        rank = models.IntegerField()

        class Meta:
            app_label = "tests"

    assert set(charter.judging([User, Standing, Crossing])) == {"tests.Standing.rank"}


@isolate_apps("tests")
def test_faces_phones_in_plain_and_free_text_are_found() -> None:
    class Sighting(models.Model):
        """Breaks what can be broken."""

        face_embedding = models.BinaryField()
        callerPhone = models.CharField(max_length=20)
        id_card = models.CharField(max_length=20)
        remarks = models.TextField()
        more = models.JSONField()

        class Meta:
            app_label = "tests"

    assert list(charter.recognising([Sighting])) == ["tests.Sighting.face_embedding"]
    assert list(charter.unsealed([Sighting])) == ["tests.Sighting.callerPhone", "tests.Sighting.id_card"]
    assert list(charter.free_text([Sighting])) == ["tests.Sighting.remarks", "tests.Sighting.more"]


@isolate_apps("tests")
def test_a_row_kept_as_it_came_is_found_unless_it_is_sealed() -> None:
    class Aside(models.Model):
        """Keeps what it could not read, twice in plain and once sealed."""

        raw = models.JSONField()
        originalText = models.TextField()
        row = PersonalField(purpose="to mend it")

        class Meta:
            app_label = "tests"

    assert list(charter.copied([Aside])) == ["tests.Aside.raw", "tests.Aside.originalText"]


@isolate_apps("tests")
def test_a_sealed_field_without_purpose_retention_or_purge_is_found() -> None:
    class Note(models.Model):
        """Seals and forgets to end."""

        phone = PersonalField(purpose="x")

        class Meta:
            app_label = "tests"

    class Vague(models.Model):
        """May be kept for ever: its end may be empty."""

        phone = PersonalField(purpose="to call back")
        keep_until = models.DateTimeField(null=True)

        class Meta:
            app_label = "tests"

    assert list(charter.purposeless([Note, Vague])) == ["tests.Note.phone"]
    assert len(list(charter.kept_for_ever([Note], PURGED))) == 2
    assert len(list(charter.kept_for_ever([Vague], {*PURGED, "tests.Vague"}))) == 1
    assert not list(charter.unsealed([Note]))


def test_a_personal_field_cannot_be_declared_without_a_purpose() -> None:
    with pytest.raises(TypeError, match="purpose"):
        PersonalField()  # type: ignore[call-arg]
