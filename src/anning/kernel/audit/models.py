"""The audit trail: append-only entries in a few parallel chains, and each chain's head."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.audit.chain import stamp


class Entry(models.Model):
    """One thing done or one look at personal data, chained to the entry before it in its lane.

    The id follows from lane and place (`chain.entry_id`): a column the chain did not cover could be altered unseen.
    """

    id = models.BigIntegerField(primary_key=True)
    lane = models.PositiveSmallIntegerField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("time"))
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(_("who"), max_length=80)
    action = models.CharField(_("action"), max_length=40)
    subject = models.CharField(_("subject"), max_length=80, db_index=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    body = models.TextField(_("details"))
    code = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        constraints = [models.UniqueConstraint(fields=["lane", "seq"], name="audit_entry_place")]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.lane}.{self.seq} {self.action} {self.subject}"

    def chained(self) -> dict[str, Any]:
        """The fields the chain covers: every column but the id, which follows from them, and the code itself."""
        return {
            "lane": self.lane,
            "seq": self.seq,
            "at": stamp(self.at),
            "actor_id": self.actor_id,
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "purpose": self.purpose,
            "body": self.body,
        }


class Head(models.Model):
    """The newest entry of one lane; locking its row orders the writers of that lane."""

    lane = models.PositiveSmallIntegerField(primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    code = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("audit chain head")
        verbose_name_plural = _("audit chain heads")

    def __str__(self) -> str:
        return f"lane {self.lane} at {self.seq}"
