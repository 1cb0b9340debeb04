"""How far the columnar snapshots have got, and which months they cover."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Progress(models.Model):
    """The last timeline row whose item's month is in the snapshots."""

    last_change = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("progress of the snapshots")
        verbose_name_plural = _("progress of the snapshots")

    def __str__(self) -> str:
        return str(self.last_change)


class Snapshot(models.Model):
    """One month of one kind of work as a Parquet file, named by its revision so that readers never see half of one."""

    kind = models.CharField(_("kind"), max_length=30)
    month = models.CharField(_("month"), max_length=7)
    revision = models.PositiveIntegerField(default=1)
    rows = models.PositiveIntegerField(_("rows"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [models.UniqueConstraint(fields=["kind", "month"], name="figures_snapshot_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.month}"

    @property
    def file_name(self) -> str:
        """The file below the snapshot folder."""
        return f"{self.kind}/{self.month}.{self.revision}.parquet"
