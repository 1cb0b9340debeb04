"""Calls as they were taken, and the catalogue they are classed by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.org.models import Agency, User
from anning.kernel.people.models import Contact
from anning.kernel.work.models import Item, Task


class Category(models.Model):
    """One entry of the three-level catalogue of calls; a code starts with its parent's code and a dot."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    level = models.PositiveSmallIntegerField(_("level"))
    priority = models.PositiveSmallIntegerField(_("usual priority"), default=3)
    handled_by = models.CharField(_("handled by"), max_length=20)
    protocol = models.CharField(_("protocol"), max_length=40, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name


class RelatedCategories(models.Model):
    """Two categories under which one event is often called in, with how far that speaks for one event (0…1)."""

    first = models.CharField(_("category"), max_length=40)
    second = models.CharField(_("other category"), max_length=40)
    weight = models.FloatField(_("weight"))

    class Meta:
        verbose_name = _("related categories")
        verbose_name_plural = _("related categories")
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="calls_related_once")]

    def __str__(self) -> str:
        return f"{self.first} ~ {self.second}"


class Protocol(models.Model):
    """A question tree, kept as the validated data of its file."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    tree = models.JSONField(_("questions"))

    class Meta:
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")

    def __str__(self) -> str:
        return self.name


class Channel(models.TextChoices):
    """How a call came in."""

    PHONE = "phone", _("telephone")
    SMS = "sms", _("SMS 12110")
    WEB = "web", _("web form")
    PARTNER = "partner", _("partner system")
    SENSOR = "sensor", _("sensor")
    IMPORT = "import", _("imported log")


class Call(models.Model):
    """One call as it was taken; it belongs to an incident or a livelihood matter.

    Several calls can belong to one incident. `source_key` makes a retried submit find the call already kept.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="calls", verbose_name=_("incident"))
    source_key = models.CharField(_("idempotency key"), max_length=80, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.PHONE)
    received_at = models.DateTimeField(_("rang"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    saved_at = models.DateTimeField(_("saved"))
    category = models.CharField(_("category"), max_length=40)
    priority = models.PositiveSmallIntegerField(_("priority"))
    narrative = models.TextField(_("narrative"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lon = models.FloatField(_("longitude"), null=True)
    lat = models.FloatField(_("latitude"), null=True)
    radius_m = models.FloatField(_("radius of uncertainty, m"), null=True)
    area_code = models.CharField(_("area"), max_length=20, blank=True)
    flags = models.JSONField(_("flags"), default=list, blank=True)
    answers = models.JSONField(_("protocol answers"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="calls", verbose_name=_("contact")
    )
    taken_by = models.CharField(_("taken by"), max_length=80)
    purged_at = models.DateTimeField(_("narrative deleted"), null=True, blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            models.Index(fields=["-received_at"], name="calls_recent"),
            models.Index(fields=["saved_at"], condition=models.Q(purged_at=None), name="calls_to_purge"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.received_at:%Y-%m-%d %H:%M}"


class Incident(models.Model):
    """What an incident is beside its work item."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="incident")
    address = models.CharField(_("address"), max_length=200, blank=True)
    capabilities = models.JSONField(_("capabilities asked for"), default=list, blank=True)
    flags = models.JSONField(_("flags"), default=list, blank=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")

    def __str__(self) -> str:
        return self.item.number


class Matter(models.Model):
    """What a livelihood matter is beside its work item."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="matter")
    address = models.CharField(_("address"), max_length=200, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)

    class Meta:
        verbose_name = _("livelihood matter")
        verbose_name_plural = _("livelihood matters")

    def __str__(self) -> str:
        return self.item.number


class JointTask(models.Model):
    """What one agency is asked to do on an incident: its own work item, state and clock beside the incident's.

    The agency is the item's owning agency. The incident closes when all its joint tasks have.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="joint_task")
    incident = models.ForeignKey(
        Item,
        models.CASCADE,
        related_name="joint_tasks",
        verbose_name=_("incident"),
        limit_choices_to={"kind": "incident"},
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="joint_tasks", verbose_name=_("agency"))

    class Meta:
        verbose_name = _("joint task")
        verbose_name_plural = _("joint tasks")

    def __str__(self) -> str:
        return self.item.number


class Route(models.Model):
    """Which agency answers for livelihood matters: of a category (or all below it) in an area (or all below it).

    The longest area wins, then the longest category, then the lowest order; empty means everywhere, everything.
    """

    area_code = models.CharField(_("area"), max_length=20, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="routes", verbose_name=_("agency"))
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        constraints = [models.UniqueConstraint(fields=["area_code", "category", "agency"], name="calls_route_once")]

    def __str__(self) -> str:
        return f"{self.area_code or '*'} {self.category or '*'} → {self.agency_id}"


class Standing(models.TextChoices):
    """What became of a crew's word."""

    ENTERED = "entered", _("entered")
    KNOWN = "known", _("known before")
    CONFLICT = "conflict", _("at odds with the record")
    YIELDED = "yielded", _("the crew goes by the record")
    INSISTED = "insisted", _("the crew stands by its word")


class UnitReport(models.Model):
    """One word of a crew, taken once under the id its device gave it, with what was answered; codes and times only.

    `said_at` is when it happened by the device's clock as corrected there by `skew_s`; `happened_at` is that time
    within the bounds of the task. `seen` is the version of the incident the device showed, `version` the timeline row
    the word stands in (none when it was known already). `digest` tells a retry from another word under the same id.
    """

    key = models.UUIDField(_("the device's id"), unique=True)
    item = models.ForeignKey(Item, models.CASCADE, related_name="unit_reports", verbose_name=_("incident"))
    task = models.ForeignKey(Task, models.CASCADE, related_name="reports", verbose_name=_("task"))
    action = models.CharField(_("what"), max_length=12)
    said_at = models.DateTimeField(_("said to have happened"))
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("heard at"))
    skew_s = models.FloatField(_("clock of the device ahead, s"), default=0)
    seen = models.PositiveIntegerField(_("version seen"))
    standing = models.CharField(_("standing"), max_length=10, choices=Standing)
    version = models.PositiveIntegerField(_("version"), null=True)
    digest = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("unit report")
        verbose_name_plural = _("unit reports")
        indexes = [models.Index(fields=["task", "-received_at"], name="calls_report_heard")]

    def __str__(self) -> str:
        return f"{self.key} {self.action}"


class ProposalProgress(models.Model):
    """Up to when new incidents have been compared with those before them."""

    at = models.DateTimeField()

    class Meta:
        verbose_name = _("progress of same-event proposals")
        verbose_name_plural = _("progress of same-event proposals")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class Scenario(models.Model):
    """A replay a planner kept to compare: what was asked for, what came out, over which areas, by whom.

    `areas` are those the incidents were counted in (an empty code is everywhere): whoever may not count in all of
    them does not see the scenario.
    """

    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(_("parameters"))
    result = models.JSONField(_("figures"))
    areas = models.JSONField(_("areas"), default=list)
    made_by = models.ForeignKey(User, models.CASCADE, related_name="scenarios", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"), db_index=True)

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")

    def __str__(self) -> str:
        return self.name
