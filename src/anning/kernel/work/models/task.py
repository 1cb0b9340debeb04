"""Who works on an item: agencies it is shared with, and units sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.org.models import Agency, Unit
from anning.kernel.work.models.item import Item


class Share(models.Model):
    """An agency that takes part in an item: it sees the item wherever it is."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="shares")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="shares", verbose_name=_("agency"))
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("sharing")
        verbose_name_plural = _("sharings")
        constraints = [models.UniqueConstraint(fields=["item", "agency"], name="work_share_once")]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.agency_id}"


class Task(models.Model):
    """One unit sent to one item, with the time it reached each stage."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="tasks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tasks", verbose_name=_("unit"))
    assigned_at = models.DateTimeField(_("assigned"))
    en_route_at = models.DateTimeField(_("en route"), null=True)
    on_scene_at = models.DateTimeField(_("on scene"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=models.Q(ended_at=None), name="work_unit_on_one_task")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.item_id}"
