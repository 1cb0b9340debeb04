"""Keeping, reading, re-encrypting and deleting contact details."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from anning.kernel.audit.rows import insert
from anning.kernel.audit.services import Actor, record
from anning.kernel.audit.transactions import writing
from anning.kernel.people.crypto import reseal, unseal
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
    if not (name or phone or note):
        return None
    kept = Contact(name=name, phone=phone, note=note, area_code=area_code, reason=reason)
    kept.created_at, kept.keep_until = now, now + timedelta(days=days)
    return insert(kept)


def read(actor: Actor, contact_id: int, purpose: str, subject: str = "") -> OpenContact:
    """The details of a contact, leaving an audit entry that says who looked, why, and about which matter.

    The caller has already judged whether `actor` may see the matter.

    Raises:
        ValueError: `purpose` is empty.
        Contact.DoesNotExist: the contact was deleted.
    """
    if not purpose.strip():
        raise ValueError("reading contact details needs a stated purpose")
    with writing():
        contact = Contact.objects.get(pk=contact_id)
        opened = OpenContact(*(unseal(sealed.token) if sealed else "" for sealed in _sealed(contact)))
        body = {"fields": ["name", "phone", "note"], "matter": subject}
        record(actor, "read", f"people.contact:{contact_id}", body, purpose=purpose.strip())
    return opened


def rotate_keys(actor: Actor | None = None) -> int:
    """Encrypt every personal field anew with the newest key; returns how many contacts were rewritten."""
    done, last = 0, 0
    while batch := list(Contact.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        with writing():
            for contact in batch:
                for name, sealed in zip(personal_fields(), _sealed(contact), strict=True):
                    setattr(contact, name, Sealed(reseal(sealed.token)) if sealed else sealed)
            Contact.objects.bulk_update(batch, personal_fields())
            record(actor, "rotate-keys", "people.contact", {"first": batch[0].pk, "count": len(batch)})
        done, last = done + len(batch), batch[-1].pk
    return done


def purge(now: datetime | None = None, actor: Actor | None = None) -> int:
    """Delete every contact past its retention, with a deletion record; returns how many went."""
    now, gone = now or timezone.now(), 0
    while ids := list(Contact.objects.filter(keep_until__lte=now).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with writing():
            Contact.objects.filter(pk__in=ids).delete()
            prove_deletion("people.contact", ids, "retention ended", now, actor)
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


def personal_fields() -> list[str]:
    """The names of `Contact`'s personal fields, in the order of `OpenContact`."""
    return [field.name for field in Contact._meta.get_fields() if isinstance(field, PersonalField)]


def _sealed(contact: Contact) -> list[Sealed]:
    return [getattr(contact, name) for name in personal_fields()]
