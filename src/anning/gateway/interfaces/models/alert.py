"""What the public was told about an incident: a chain of messages, each about the one before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.work.models import Item


class Message(models.TextChoices):
    """What a message does."""

    ALERT = "Alert", _("new warning")
    UPDATE = "Update", _("updated warning")
    CANCEL = "Cancel", _("warning called off")


class PublicAlert(models.Model):
    """One message to the public in Chinese and English, as a supervisor wrote it. It is published and never altered.

    `category`, `urgency`, `severity` and `certainty` are words of CAP 1.2. `follows` is the message it replaces.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="public_alerts", verbose_name=_("work item"))
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="followed_by", verbose_name=_("replaces")
    )
    message = models.CharField(_("what it does"), max_length=10, choices=Message)
    identifier = models.CharField(_("identifier"), max_length=120, unique=True)
    sender = models.CharField(_("sender"), max_length=120)
    sent_at = models.DateTimeField(_("sent"), db_index=True)
    expires_at = models.DateTimeField(_("holds until"))
    event = models.CharField(_("what happens"), max_length=80)
    event_en = models.CharField(_("what happens (English)"), max_length=120)
    text = models.TextField(_("message"))
    text_en = models.TextField(_("message (English)"))
    category = models.CharField(_("kind of danger"), max_length=20)
    urgency = models.CharField(_("urgency"), max_length=20)
    severity = models.CharField(_("severity"), max_length=20)
    certainty = models.CharField(_("certainty"), max_length=20)
    area_code = models.CharField(_("area"), max_length=20)
    radius_m = models.FloatField(_("radius, m"), null=True)
    lon = models.FloatField(_("longitude"), null=True)
    lat = models.FloatField(_("latitude"), null=True)
    exercise = models.BooleanField(_("exercise"), default=False)
    issued_by = models.CharField(_("issued by"), max_length=80)

    class Meta:
        verbose_name = _("public warning")
        verbose_name_plural = _("public warnings")

    def __str__(self) -> str:
        return self.identifier
