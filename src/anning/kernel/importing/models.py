"""Runs of imports and the rows they could not take."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.people.fields import PersonalField


class RunState(models.TextChoices):
    """Where a run stands."""

    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Run(models.Model):
    """One reading of one file: read = imported + duplicates + rejected, always."""

    importer = models.CharField(_("importer"), max_length=40)
    mapping = models.CharField(_("mapping"), max_length=60)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("content hash"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.RUNNING)
    expected = models.PositiveIntegerField(_("rows in the file"), default=0)
    read = models.PositiveIntegerField(_("read"), default=0)
    imported = models.PositiveIntegerField(_("imported"), default=0)
    duplicates = models.PositiveIntegerField(_("known already"), default=0)
    rejected = models.PositiveIntegerField(_("put aside"), default=0)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    error = models.TextField(_("error"), blank=True)
    actor = models.CharField(_("who"), max_length=80)

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")

    def __str__(self) -> str:
        return f"{self.file_name} {self.started_at:%Y-%m-%d %H:%M}"


class RejectState(models.TextChoices):
    """What became of a rejected row."""

    OPEN = "open", _("open")
    MENDED = "mended", _("mended")
    DROPPED = "dropped", _("dropped")


class Reject(models.Model):
    """A row that could not be taken, sealed as it was read, with every fault found in it.

    `row` is JSON of its texts by column (`raw`) and of the values of its faults (`values`); `importing.rejects` opens
    it, and empties it when the row is settled. `faults` are field and reason of each.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="rejects")
    line = models.PositiveIntegerField(_("line"))
    row = PersonalField(_("row"), purpose="to mend a row that could not be read")
    faults = models.JSONField(_("faults"))
    state = models.CharField(_("state"), max_length=10, choices=RejectState, default=RejectState.OPEN)
    keep_until = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="importing_reject_once")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"
