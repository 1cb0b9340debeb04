"""The index itself: a full-text table of the database's own kind, and how far it has got."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Progress(models.Model):
    """The last timeline row whose item is in the index."""

    last_change = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("progress of the search index")
        verbose_name_plural = _("progress of the search index")

    def __str__(self) -> str:
        return str(self.last_change)
