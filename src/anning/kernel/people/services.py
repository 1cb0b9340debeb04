"""Keeping, reading, re-encrypting and deleting contact details."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from anning.kernel.audit.rows import insert
from anning.kernel.audit.services import Actor, record
from anning.kernel.audit.transactions import writing
from anning.kernel.people.crypto import reseal, seal, unseal
from anning.kernel.people.erasing import erasing
from anning.kernel.people.fields import PersonalField, Sealed
from anning.kernel.people.models import Contact, Deletion

BATCH = 1000


@dataclass(frozen=True)
class OpenContact:
    """A contact's details in plain text, as read for one purpose."""

    name: str
    phone: str
    note: str


def keep(
    *, name: str, phone: str, note: str = "", area_code: str, reason: str, days: int, now: datetime
) -> Contact | None:
    """Keep contact details for `days`; None when nothing was given (anonymous calls are legal)."""
    given = to_keep(name=name, phone=phone, note=note, area_code=area_code, reason=reason, days=days, now=now)
    return insert(given) if given else None


def to_keep(
    *, name: str, phone: str, note: str = "", area_code: str, reason: str, days: int, now: datetime
) -> Contact | None:
    """As `keep`, but only sealed, for the caller to insert: sealing takes no transaction's time."""
    if not (name or phone or note):
        return None
    sealed = {
        key: Sealed(seal(plain) if plain else b"") for key, plain in (("name", name), ("phone", phone), ("note", note))
    }
    until = now + timedelta(days=days)
    return Contact(**sealed, area_code=area_code, reason=reason, created_at=now, keep_until=until)


def read(actor: Actor, contact_id: int, purpose: str, subject: str = "") -> OpenContact:
    """The details of a contact, leaving an audit entry that says who looked, why, and about which matter.

    The caller has already judged whether `actor` may see the matter.

    Raises:
        ValueError: `purpose` is empty.
        Contact.DoesNotExist: the contact was deleted.
    """
    with writing():
        contact = Contact.objects.get(pk=contact_id)
        [opened] = read_rows(actor, [contact], purpose, f"people.contact:{contact_id}", {"matter": subject})
    return OpenContact(**opened)


def read_rows(
    actor: Actor, rows: Sequence[Model], purpose: str, subject: str, body: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The personal fields of rows of one model in plain text, by name, leaving one audit entry for them all.

    `subject` and `body` say in the entry which rows they are.

    Raises:
        ValueError: `purpose` is empty.
        SealedFieldError: no key of this installation opens a field.
    """
    if not purpose.strip():
        raise ValueError("reading personal data needs a stated purpose")
    if not rows:
        return []
    names = personal_fields(type(rows[0]))
    with writing():
        opened = [{name: _plain(getattr(row, name)) for name in names} for row in rows]
        record(actor, "read", subject, {"fields": names, **body}, purpose=purpose.strip())
    return opened


def rotate_keys(actor: Actor | None = None) -> int:
    """Encrypt every personal field of every model anew with the newest key; returns how many rows were rewritten."""
    return sum(_rotate(model, names, actor) for model, names in personal_models().items())


def _rotate(model: type[Model], names: list[str], actor: Actor | None) -> int:
    rows, done, last = model._default_manager.order_by("pk"), 0, 0
    while True:
        with writing():
            batch: list[Any] = list(rows.filter(pk__gt=last).select_for_update()[:BATCH])
            if not batch:
                return done
            for row in batch:
                for name in names:
                    sealed = getattr(row, name)
                    setattr(row, name, Sealed(reseal(sealed.token)) if sealed else sealed)
            model._default_manager.bulk_update(batch, names)
            record(actor, "rotate-keys", model._meta.label_lower, {"first": batch[0].pk, "count": len(batch)})
        done, last = done + len(batch), batch[-1].pk


def purge(now: datetime | None = None, actor: Actor | None = None, model: type[Model] = Contact) -> int:
    """Delete every row of a personal model past its `keep_until`, with deletion records; returns how many went."""
    now, gone, rows = now or timezone.now(), 0, model._default_manager
    due = rows.filter(keep_until__lte=now).order_by("pk").values_list("pk", flat=True)
    with erasing():
        while ids := list(due[:BATCH]):
            with writing():
                rows.filter(pk__in=ids).delete()
                prove_deletion(model._meta.label_lower, ids, "retention ended", now, actor)
            gone += len(ids)
    return gone


def prove_deletion(model: str, ids: Sequence[int], reason: str, now: datetime, actor: Actor | None) -> Deletion:
    """Write the record and the audit entry of a deletion already made in this transaction."""
    digest = hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()
    proof = Deletion.objects.create(
        at=now, model=model, reason=reason, count=len(ids), first_id=ids[0], last_id=ids[-1], digest=digest
    )
    record(actor, "delete", model, {"count": len(ids), "digest": digest}, purpose=reason, at=now)
    return proof


def personal_models() -> dict[type[Model], list[str]]:
    """Every installed model that has personal fields, with their names."""
    found = {model: personal_fields(model) for model in apps.get_models()}
    return {model: names for model, names in found.items() if names}


def personal_fields(model: type[Model] = Contact) -> list[str]:
    """The names of a model's personal fields."""
    return [field.name for field in model._meta.get_fields() if isinstance(field, PersonalField)]


def _plain(sealed: Sealed) -> str:
    return unseal(sealed.token) if sealed else ""
