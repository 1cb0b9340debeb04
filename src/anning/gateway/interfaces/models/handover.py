"""Work that another system was given, and what that system calls it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.work.models import Item


class Handover(models.Model):
    """One item sent to one other system, once; `ended_at` is when that system said it was done with it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="handovers", verbose_name=_("work item"))
    endpoint = models.CharField(_("address of the other system"), max_length=200)
    remote_id = models.CharField(_("number there"), max_length=80)
    at = models.DateTimeField(_("handed over at"))
    ended_at = models.DateTimeField(_("ended there"), null=True)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [models.UniqueConstraint(fields=["item", "endpoint"], name="interfaces_handover_once")]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.remote_id}"
