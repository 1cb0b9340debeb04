"""Contact details of people who call or are called back, and the proof of their deletion."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.people.fields import PersonalField


class Contact(models.Model):
    """How a person can be reached about one matter; nothing is known of the person beyond it.

    `reason` says why it is kept, `keep_until` when it is deleted. Two calls by one person make two contacts:
    there is no file on a person.
    """

    name = PersonalField(_("name of the person"), purpose="to address the caller")
    phone = PersonalField(_("telephone"), purpose="to call back about the matter")
    note = PersonalField(_("contact note"), purpose="how to reach the caller")
    area_code = models.CharField(_("area"), max_length=20, blank=True)
    reason = models.CharField(_("kept for"), max_length=120)
    created_at = models.DateTimeField(_("taken"))
    keep_until = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Deletion(models.Model):
    """Proof that expired records were deleted: what, how many, and a digest of the ids that went."""

    at = models.DateTimeField(_("time"))
    model = models.CharField(_("record"), max_length=80)
    reason = models.CharField(_("reason"), max_length=200)
    count = models.PositiveIntegerField(_("count"))
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    digest = models.CharField(_("digest of the ids"), max_length=64)

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")

    def __str__(self) -> str:
        return f"{self.count} × {self.model}"
