"""What the charter forbids, as rules over models: each finds names that suggest it, and a person reviews the finds.

A rule that guesses by names is wrong at times. What was looked at and found right stands in `reviewed.py`, each with
its reason; everything else that a rule finds fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import DateTimeField, Field, JSONField, Model, TextField

from anning.kernel.org.models import User
from anning.kernel.people.fields import PersonalField
from anning.kernel.people.models import Contact

JUDGEMENT = {
    *("score", "rank", "ranking", "rating", "risk", "prediction", "predicted", "forecast", "probability", "likelihood"),
    *(
        "suspicion",
        "suspect",
        "threat",
        "danger",
        "dangerous",
        "credit",
        "trust",
        "reputation",
        "propensity",
        "profile",
    ),
    *("blacklist", "watchlist", "grade", "points", "level", "weight", "tier", "class", "label"),
}
"""Words of a field that may judge a person."""
RECOGNITION = {
    *("face", "facial", "faceprint", "biometric", "biometrics", "fingerprint", "iris", "retina", "voiceprint", "gait"),
    *("embedding", "template", "descriptor", "plate", "imei", "imsi", "track", "trace", "trajectory"),
}
"""Words of a field that may recognise or track a person."""
PERSONAL = {
    *("name", "surname", "forename", "nickname", "alias", "phone", "telephone", "mobile", "tel", "email", "mail"),
    *("wechat", "qq", "address", "home", "passport", "identity", "idcard", "ssn", "birth", "birthday", "age", "gender"),
    *("sex", "ethnicity", "religion", "nationality", "photo", "portrait", "caller", "victim", "witness", "patient"),
    *("contact", "person", "citizen", "resident", "ip", "account", "card", "licence", "license"),
}
"""Words of a field that may hold something about a person."""
COPIES = {
    "raw",
    "row",
    "rows",
    "record",
    "original",
    "payload",
    "body",
    "content",
    "data",
    "received",
    "message",
    "line",
}
"""Words of a field that may hold something whole as it came from outside."""
_WORDS = re.compile(r"[A-Za-z][a-z]*|[0-9]+")


def words(name: str) -> set[str]:
    """The words of a field's name: `home_address` and `homeAddress` are `home` and `address`."""
    return {word.lower() for word in _WORDS.findall(name)}


def label(model: type[Model], field: Field[Any, Any]) -> str:
    """How a field is named in the reviewed lists."""
    return f"{model._meta.label}.{field.name}"


def about_persons(models: Iterable[type[Model]]) -> set[type[Model]]:
    """The models that are a person, hold personal fields, or refer (over any number of keys) to one that does."""
    models = set(models)
    found = {model for model in models if model in (User, Contact) or personal_fields(model)}
    while True:
        more = {model for model in models - found if targets(model) & found}
        if not more:
            return found
        found |= more


def targets(model: type[Model]) -> set[type[Model]]:
    """The models a model refers to by keys."""
    named = (field.related_model for field in [*model._meta.concrete_fields, *model._meta.many_to_many])
    return {target for target in named if isinstance(target, type)}


def personal_fields(model: type[Model]) -> list[PersonalField]:
    """The encrypted fields of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, PersonalField)]


def judging(models: Iterable[type[Model]]) -> Iterator[str]:
    """Fields that may hold a score, rank or prediction, on models that refer to a person."""
    models = list(models)
    persons = about_persons(models)
    for model in models:
        if model in persons:
            yield from (label(model, f) for f in model._meta.concrete_fields if words(f.name) & JUDGEMENT)


def recognising(models: Iterable[type[Model]]) -> Iterator[str]:
    """Fields that may hold what recognises or tracks somebody, on any model."""
    for model in models:
        yield from (label(model, f) for f in model._meta.concrete_fields if words(f.name) & RECOGNITION)


def unsealed(models: Iterable[type[Model]]) -> Iterator[str]:
    """Fields that look personal and are not encrypted, on any model."""
    for model in models:
        for field in model._meta.concrete_fields:
            if words(field.name) & PERSONAL and not field.is_relation and not isinstance(field, PersonalField):
                yield label(model, field)


def free_text(models: Iterable[type[Model]]) -> Iterator[str]:
    """Fields anything can be written into, about people too."""
    for model in models:
        yield from (label(model, f) for f in model._meta.concrete_fields if isinstance(f, TextField | JSONField))


def copied(models: Iterable[type[Model]]) -> Iterator[str]:
    """Unsealed fields that may hold a row, a message or a file's content as it came from outside."""
    for model in models:
        for field in model._meta.concrete_fields:
            if words(field.name) & COPIES and isinstance(field, TextField | JSONField):
                yield label(model, field)


def purposeless(models: Iterable[type[Model]]) -> Iterator[str]:
    """Encrypted fields that do not say what they are kept for."""
    for model in models:
        yield from (label(model, field) for field in personal_fields(model) if len(field.purpose.split()) < 2)


def kept_for_ever(models: Iterable[type[Model]], purged: Iterable[str]) -> Iterator[str]:
    """Models with encrypted fields whose rows do not say how long they are kept, or that no purge ends.

    `purged` are the labels of the models that a purge is declared for.
    """
    purged = set(purged)
    for model in models:
        if personal_fields(model):
            until = next((f for f in model._meta.concrete_fields if f.name == "keep_until"), None)
            if not isinstance(until, DateTimeField) or until.null:
                yield f"{model._meta.label}: no row says how long it is kept (keep_until)"
            if model._meta.label not in purged:
                yield f"{model._meta.label}: no purge ends its rows"
