"""One numbered work item for every domain, its timeline, and the events live pages are told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.contract import registry


class Item(models.Model):
    """A piece of work of some kind, in one state of that kind's table.

    `purged_at` is when the words of its timeline and its files were deleted, their time being over.
    Nothing but `work.services.items` assigns `state` or `version`. `source_key` makes a retried submit find the
    item it already made. `area_code` is empty when the place is outside every area or unknown.
    """

    kind = models.CharField(_("kind"), max_length=30)
    state = models.CharField(_("state"), max_length=30)
    version = models.PositiveIntegerField(_("version"), default=1)
    priority = models.PositiveSmallIntegerField(_("priority"), default=3)
    title = models.CharField(_("title"), max_length=200)
    category = models.CharField(_("category"), max_length=40, blank=True)
    area_code = models.CharField(_("area"), max_length=20, blank=True)
    lon = models.FloatField(_("longitude"), null=True)
    lat = models.FloatField(_("latitude"), null=True)
    radius_m = models.FloatField(_("radius of uncertainty, m"), null=True)
    cell = models.BigIntegerField(_("H3 cell, resolution 9"), null=True)
    outside = models.BooleanField(_("outside the city"), default=False)
    opened_at = models.DateTimeField(_("opened"))
    state_at = models.DateTimeField(_("in this state since"))
    due_at = models.DateTimeField(_("next limit"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    agency_id = models.BigIntegerField(_("owning agency"), null=True)
    purged_at = models.DateTimeField(_("words and files deleted"), null=True, blank=True)
    source_key = models.CharField(_("idempotency key"), max_length=80, null=True, unique=True)  # noqa: DJ001  # many items have none, and NULLs may repeat where empty texts may not

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        indexes = [
            models.Index(
                fields=["kind", "priority", "-opened_at"],
                name="work_open",
                condition=models.Q(closed_at=None),
            ),
            models.Index(fields=["kind", "-opened_at", "-id"], name="work_recent"),
            models.Index(
                fields=["kind", "closed_at"],
                name="work_to_purge",
                condition=models.Q(purged_at=None, closed_at__isnull=False),
            ),
            models.Index(fields=["kind", "opened_at", "cell", "category", "area_code"], name="work_map"),
            models.Index(
                fields=["kind", "area_code", "-opened_at"],
                name="work_area",
                opclasses=["varchar_ops", "varchar_pattern_ops", "timestamptz_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people say: the kind's prefix and the id."""
        return f"{registry.kind(self.kind).prefix}{self.pk:07d}"


class Change(models.Model):
    """One row of an item's timeline: a move between states, or something said or done without one."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="changes", db_index=False)  # found by its constraint
    version = models.PositiveIntegerField()
    verb = models.CharField(_("verb"), max_length=30)
    old = models.CharField(_("old state"), max_length=30, blank=True)
    new = models.CharField(_("to"), max_length=30)
    reason = models.TextField(_("reason"), blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    at = models.DateTimeField(_("time"))
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(_("who"), max_length=80)

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="work_change_version")]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.item_id}.{self.version} {self.verb}"


class Event(models.Model):
    """What live pages are told after a commit: who may see it stands beside it, nothing personal is in it."""

    at = models.DateTimeField()
    topic = models.CharField(max_length=40)
    kind = models.CharField(max_length=30)
    area_code = models.CharField(max_length=20, blank=True)
    agencies = models.JSONField(default=list)
    units = models.JSONField(default=list)
    body = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.pk} {self.topic}"
