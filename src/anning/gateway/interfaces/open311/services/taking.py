"""Taking a request in: a call and the matter it opens, kept once per key of the client."""

import uuid
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anning.domains.calls.models import Channel
from anning.domains.calls.services.intake import Intake, take_call
from anning.gateway.interfaces.open311.selectors import key_of, offered
from anning.kernel.access.scope import Viewer
from anning.kernel.work.errors import RefusedError
from anning.wire.open311.asked import Report
from anning.wire.open311.values import Receipt


def report(viewer: Viewer, asked: Report, key: str, now: datetime) -> tuple[Receipt, bool]:
    """Keep a request; returns its number and whether it is new. The same `key` again finds the first.

    Raises:
        RefusedError: the service is unknown, a field cannot be, or the viewer may not take calls there.
    """
    if asked.service_code not in offered():
        raise RefusedError(_("service_code “%(code)s” is not offered here.") % {"code": asked.service_code})
    call, created = take_call(
        viewer,
        Intake(
            source_key=key_of(viewer, key or uuid.uuid4().hex),
            category=asked.service_code,
            received_at=now,
            channel=Channel.PARTNER,
            narrative="\n".join(filter(None, (asked.description, asked.media_url))),
            address=asked.address,
            lon=asked.lon,
            lat=asked.lat,
            area_code="" if asked.lat is not None else asked.address_id,
            answers=asked.attributes,
            language=(get_language() or "")[:10],
            caller_name=" ".join(filter(None, (asked.first_name, asked.last_name)))[:80],
            caller_phone=asked.phone[:40],
            caller_note=asked.email[:400],
        ),
        now=now,
    )
    return Receipt(request_id=call.item.number, token=key), created
