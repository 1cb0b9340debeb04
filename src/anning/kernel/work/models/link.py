"""Links between work items: proposed by a rule or a person, decided by a person, reversible."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.work.models.item import Item


class LinkState(models.TextChoices):
    """Where a link stands."""

    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    UNDONE = "undone", _("undone")


class Link(models.Model):
    """`source` relates to `target` by `kind` (`same_event`, `follows`), with the score and reasons proposed."""

    kind = models.CharField(_("kind"), max_length=30)
    source = models.ForeignKey(Item, models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Item, models.CASCADE, related_name="links_in")
    state = models.CharField(_("state"), max_length=20, choices=LinkState, default=LinkState.PROPOSED)
    score = models.FloatField(_("score"), null=True)
    reasons = models.JSONField(_("reasons"), default=dict, blank=True)
    proposed_at = models.DateTimeField(_("proposed"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [models.UniqueConstraint(fields=["kind", "source", "target"], name="work_link_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
