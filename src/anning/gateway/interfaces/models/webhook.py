"""Who is told of changes by webhook, and each telling."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.org.models import User
from anning.kernel.people.fields import PersonalField


class Subscription(models.Model):
    """An address that is told of changes its owner may see; until `keep_until`, when it is deleted with its secret.

    `kinds` empty: every kind. `cursor` is the newest event looked at. `failed_at` is set while what is sent ends dead.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="subscriptions", verbose_name=_("user"))
    url = models.URLField(_("address"), max_length=300)
    secret = PersonalField(_("secret"), purpose="to sign what is sent")
    kinds = models.JSONField(_("kinds of work"), default=list, blank=True)
    area_code = models.CharField(_("area"), max_length=20, blank=True)
    cursor = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(_("made"))
    keep_until = models.DateTimeField(_("kept until"))
    failed_at = models.DateTimeField(_("failing since"), null=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return f"{self.pk} {self.url}"


class Sending(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("taken by the receiver")
    DEAD = "dead", _("given up")
    WITHDRAWN = "withdrawn", _("no longer the owner's to see")


class Delivery(models.Model):
    """One change told to one address: tried until it is taken, or given up."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    event_id = models.BigIntegerField()
    body = models.JSONField(_("what is told"), default=dict)
    status = models.CharField(_("status"), max_length=10, choices=Sending, default=Sending.WAITING)
    attempts = models.PositiveIntegerField(_("tries"), default=0)
    made_at = models.DateTimeField(_("made"))
    next_at = models.DateTimeField(_("next try"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    answer = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    fault = models.CharField(_("fault"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [models.UniqueConstraint(fields=["subscription", "event_id"], name="interfaces_delivery_once")]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(status="waiting"), name="interfaces_delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} ← {self.event_id}"
