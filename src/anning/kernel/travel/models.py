"""What changes on the roads just now: stretches that are closed or slow."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anning.kernel.work.models import Item


class Effect(models.TextChoices):
    """What a condition does to a stretch of road."""

    CLOSED = "closed", pgettext_lazy("road", "closed")
    SLOW = "slow", _("slow")


class RoadCondition(models.Model):
    """A stretch of road that is closed or slow, from its work item's point to another point, or one street.

    Who said so and why stands in the item's timeline; the item is open as long as nobody has lifted the condition.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="road_condition")
    effect = models.CharField(_("effect"), max_length=10, choices=Effect, default=Effect.CLOSED)
    factor = models.FloatField(
        _("times slower"), default=2.0, validators=[MinValueValidator(1.0), MaxValueValidator(100.0)]
    )
    """How many times longer the stretch takes when it is slow; says nothing of one that is closed."""
    siren_passes = models.BooleanField(_("crews with the siren on may pass"), default=False)
    starts_at = models.DateTimeField(pgettext_lazy("road condition", "from"), null=True, blank=True)
    until = models.DateTimeField(pgettext_lazy("road condition", "until"), null=True, blank=True)
    to_lon = models.FloatField(
        _("as far as, longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    to_lat = models.FloatField(
        _("as far as, latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )

    class Meta:
        verbose_name = _("road condition")
        verbose_name_plural = _("road conditions")

    def __str__(self) -> str:
        return self.item.number
