"""Users, agencies, units, what they can do and when they are on duty."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.contract.roles import ROLES


class UserManager(BaseUserManager["User"]):
    """Makes users by service number."""

    def create_user(self, username: str, password: str | None = None, **fields: str) -> "User":
        """A user who signs in as `username`."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user signing in as `username`."""
        return self.get(username=username)


class User(AbstractBaseUser):
    """Somebody who signs in. Known by a service number and a post: no personal name, no address is kept."""

    username = models.CharField(_("service number"), max_length=40, unique=True)
    title = models.CharField(_("post"), max_length=60)
    title_en = models.CharField(_("post (English)"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.username


class Agency(models.Model):
    """An organisation that answers: police, fire and rescue, a hotline, a mutual-aid station."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    area_code = models.CharField(_("area"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


class Capability(models.Model):
    """Something a unit can do that an incident can ask for: water rescue, breathing apparatus."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")

    def __str__(self) -> str:
        return self.name


class UnitStatus(models.TextChoices):
    """What a unit is doing, as its board shows it."""

    OFF_DUTY = "off_duty", _("off duty")
    FREE = "free", _("free")
    ASSIGNED = "assigned", _("assigned")
    EN_ROUTE = "en_route", _("en route")
    ON_SCENE = "on_scene", _("on scene")


class Unit(models.Model):
    """A crew with its vehicle, boat or on foot, that is sent as one."""

    code = models.CharField(_("callsign"), max_length=40, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units", verbose_name=_("agency"))
    kind = models.CharField(_("kind"), max_length=40)
    area_code = models.CharField(_("area"), max_length=20, blank=True, db_index=True)
    site_code = models.CharField(_("home station"), max_length=40, blank=True)
    capabilities = models.ManyToManyField(Capability, blank=True, verbose_name=_("capabilities"))
    status = models.CharField(_("status"), max_length=20, choices=UnitStatus, default=UnitStatus.OFF_DUTY)
    status_at = models.DateTimeField(_("status since"), null=True)
    lon = models.FloatField(_("longitude"), null=True)
    lat = models.FloatField(_("latitude"), null=True)
    position_at = models.DateTimeField(_("position at"), null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.code


class Membership(models.Model):
    """One part a user plays: a role in an agency over an area, for all kinds of work or the listed ones."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="memberships", verbose_name=_("agency"))
    role = models.CharField(_("role"), max_length=20, choices=[(role.code, role.title) for role in ROLES])
    area_code = models.CharField(_("area"), max_length=20, blank=True)
    kinds = models.JSONField(_("kinds of work"), default=list, blank=True)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, verbose_name=_("unit"))
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "agency", "role", "area_code"], name="org_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.area_code}"


class Duty(models.Model):
    """A stretch of time during which a user works for an agency, alone or in a unit; a user has one at a time.

    `briefed_at` is when the platform looked for what had happened while nobody was there to hear it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="duties", verbose_name=_("user"))
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="duties", verbose_name=_("agency"))
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="duties", verbose_name=_("unit")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    briefed_at = models.DateTimeField(_("briefed"), null=True, blank=True)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(ends_at=None), name="org_duty_one_running")
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"]),
            models.Index(fields=["starts_at"], condition=models.Q(briefed_at=None), name="org_duty_to_brief"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_at:%Y-%m-%d %H:%M}"


class ApiToken(models.Model):
    """A key by which a machine of a partner speaks for a user; only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    label = models.CharField(_("label"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.label
