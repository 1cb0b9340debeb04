"""Keeping files with work items, stored under the hash of their content."""

import hashlib
from datetime import datetime
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.media import IMAGES, SUFFIXES, UnfitFileError, media_type, without_metadata
from anning.kernel.work.models import Attachment
from anning.kernel.work.selectors.files import stored_name
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.items import require
from anning.kernel.work.services.timeline import log_on, subject, trace


def attach(viewer: Viewer, number: str, name: str, data: bytes, now: datetime | None = None) -> Attachment:
    """Keep a file with an item; the same content twice is kept once.

    The bytes are stored before the row, so a full disk leaves no row without its file; a file whose row then
    failed is found again by the next attempt.

    Raises:
        NotVisibleError: the item does not exist for the viewer.
        RefusedError: the file is too large or of a kind not taken, or could not be stored.
    """
    now = now or timezone.now()
    item = find(viewer, number)
    require(viewer, item, registry.kind(item.kind), VIEW)
    kind, data = _checked(data)
    digest = hashlib.sha256(data).hexdigest()
    _store(digest, data)
    with writing():
        item = find(viewer, number, lock=True)
        shown = f"{PurePath(name).stem[:100] or digest[:8]}{SUFFIXES[kind]}"
        kept, fresh = Attachment.objects.get_or_create(
            item=item,
            sha256=digest,
            defaults={
                "name": shown,
                "media_type": kind,
                "size_bytes": len(data),
                "added_at": now,
                "added_by": viewer.label,
            },
        )
        if fresh:
            change = log_on(viewer, item, "attach", now, data={"name": kept.name, "sha256": digest})
            body = {"sha256": digest, "bytes": len(data), **trace(change)}
            record(viewer, "attach", subject(item), body, at=now)
    return kept


def too_large(size: int) -> str:
    """Why a file of `size` bytes is not taken, before it is read; empty when it is."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return _("The file is larger than %(limit)d MB.") % {"limit": limit // 2**20} if size > limit else ""


def _checked(data: bytes) -> tuple[str, bytes]:
    if not data:
        raise RefusedError(_("The file is empty."))
    if too_large(len(data)):
        raise RefusedError(too_large(len(data)))
    try:
        kind = media_type(data)
        return kind, without_metadata(data, kind) if kind in IMAGES else data
    except UnfitFileError as error:
        raise RefusedError(_("This file is not taken: %(reason)s") % {"reason": error}) from error


def _store(digest: str, data: bytes) -> None:
    name = stored_name(digest)
    if default_storage.exists(name) and default_storage.size(name) == len(data):
        return
    try:
        default_storage.delete(name)
        default_storage.save(name, ContentFile(data))
    except OSError as error:
        raise RefusedError(
            _("The file could not be stored: %(reason)s. Nothing was kept.") % {"reason": error}
        ) from error
