"""Running time limits, the limits a city sets, and what people were told about them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.org.models import User
from anning.kernel.work.models.item import Item


class ClockLimit(models.Model):
    """A city's own limit for one clock of one kind at one priority; goes before the kind's default."""

    kind = models.CharField(_("kind"), max_length=30)
    clock = models.CharField(_("clock"), max_length=30)
    priority = models.PositiveSmallIntegerField(_("priority"))
    seconds = models.PositiveIntegerField(_("limit, s"))

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        constraints = [models.UniqueConstraint(fields=["kind", "clock", "priority"], name="work_limit_once")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.clock} {self.priority}: {self.seconds} s"


class Clock(models.Model):
    """One limit running on one item.

    `rung` counts the steps of the ladder already told. `unheard` lists those of them (`1,2`) told when nobody who
    should hear was on duty: they are kept for the first who comes.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="clocks")
    code = models.CharField(_("clock"), max_length=30)
    started_at = models.DateTimeField(_("started"))
    limit_s = models.PositiveIntegerField(_("limit, s"))
    due_at = models.DateTimeField(_("due"), null=True)
    paused_at = models.DateTimeField(_("paused"), null=True)
    spent_s = models.FloatField(_("spent before the pause, s"), default=0)
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    breached_at = models.DateTimeField(_("breached"), null=True)
    next_at = models.DateTimeField(_("next rung"), null=True)
    rung = models.PositiveSmallIntegerField(default=0)
    unheard = models.CharField(_("rungs nobody heard"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "code"], condition=models.Q(stopped_at=None), name="work_clock_running_once"
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="work_clock_next"),
            models.Index(fields=["id"], condition=models.Q(unheard__gt=""), name="work_clock_unheard"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.code}"


class Alert(models.Model):
    """Something one person on duty is told once: a breach, a task for their unit."""

    user = models.ForeignKey(User, models.CASCADE, related_name="alerts")
    item = models.ForeignKey(Item, models.CASCADE, related_name="alerts")
    cause = models.CharField(_("cause"), max_length=60)
    at = models.DateTimeField(_("time"))
    seen_at = models.DateTimeField(_("seen"), null=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [models.UniqueConstraint(fields=["user", "item", "cause"], name="work_alert_once")]
        indexes = [models.Index(fields=["user", "seen_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.cause}"
