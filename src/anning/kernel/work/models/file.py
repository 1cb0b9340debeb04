"""Files kept with a work item."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anning.kernel.work.models.item import Item


class Attachment(models.Model):
    """A file, stored under the SHA-256 of its content; pictures are stored re-encoded, without metadata."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="attachments")
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(_("content hash"), max_length=64)
    media_type = models.CharField(_("type"), max_length=80)
    size_bytes = models.PositiveIntegerField(_("size, bytes"))
    added_at = models.DateTimeField(_("added"))
    added_by = models.CharField(_("added by"), max_length=80)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.UniqueConstraint(fields=["item", "sha256"], name="work_file_once")]

    def __str__(self) -> str:
        return self.name
