"""What the `calls` domain declares."""

from django.utils.translation import gettext_lazy as _

from anning.domains.calls.states import INCIDENT, INCIDENT_CLOCKS, MATTER, MATTER_CLOCKS
from anning.kernel.contract.kinds import CONTACT, CREATE, EDIT, EXPORT, IMPORT, LINK, VIEW, Field, Kind
from anning.kernel.contract.module import Module
from anning.kernel.contract.roles import (
    ADMINISTRATOR,
    ANALYST,
    CALL_TAKER,
    DESK,
    DISPATCHER,
    PARTNER,
    READERS,
    SUPERVISOR,
    roles,
)

CONTACT_DAYS = 180
"""How long a caller's contact details are kept."""

_MAY = {
    VIEW: READERS,
    CREATE: roles(CALL_TAKER, DISPATCHER, SUPERVISOR, PARTNER),
    EDIT: DESK,
    LINK: DESK,
    EXPORT: roles(SUPERVISOR, ANALYST),
    IMPORT: roles(SUPERVISOR, ADMINISTRATOR),
    CONTACT: DESK,
}

INCIDENT_KIND = Kind(
    code="incident",
    title=_("incident"),
    plural=_("incidents"),
    prefix="JQ",
    table=INCIDENT,
    may=_MAY,
    clocks=INCIDENT_CLOCKS,
    detail="calls.Incident",
    fields=(Field("address", _("address"), in_search=True),),
    page="calls:incident",
    icon="siren",
    text_source="anning.domains.calls.selectors.text.texts",
)
MATTER_KIND = Kind(
    code="matter",
    title=_("livelihood matter"),
    plural=_("livelihood matters"),
    prefix="MS",
    table=MATTER,
    may=_MAY,
    clocks=MATTER_CLOCKS,
    detail="calls.Matter",
    fields=(Field("address", _("address"), in_search=True), Field("outcome", _("outcome"), in_list=False)),
    icon="home",
    text_source="anning.domains.calls.selectors.text.texts",
)

MODULE = Module(code="calls", title=_("Calls"), kinds=(INCIDENT_KIND, MATTER_KIND), icon="phone")
