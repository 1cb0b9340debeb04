"""What the kernel declares of agencies and units: registers people look things up in."""

from django.utils.translation import gettext_lazy as _

from anning.kernel.contract.kinds import EXPORT, VIEW, Field, Register
from anning.kernel.contract.module import Module
from anning.kernel.contract.roles import ADMINISTRATOR, ANALYST, REGISTRARS, SUPERVISOR, roles

_MAY = {VIEW: REGISTRARS, EXPORT: roles(SUPERVISOR, ANALYST, ADMINISTRATOR)}

UNITS = Register(
    code="units",
    model="org.Unit",
    title=_("unit"),
    plural=_("Unit roster"),
    fields=(
        Field("code", _("callsign"), in_search=True),
        Field("agency__name", _("agency"), in_search=True),
        Field("kind", _("kind"), in_filter=True),
        Field("status", _("status"), in_filter=True),
        Field("status_at", _("status since")),
        Field("area_code", _("area")),
        Field("site_code", _("home station"), in_list=False),
        Field("position_at", _("position at"), in_list=False),
    ),
    may=_MAY,
    icon="car",
    point_fields=("lon", "lat"),
)
AGENCIES = Register(
    code="agencies",
    model="org.Agency",
    title=_("agency"),
    plural=_("Agencies"),
    fields=(
        Field("code", _("code"), in_search=True),
        Field("name", _("name"), in_search=True),
        Field("name_en", _("English name"), in_search=True),
        Field("kind", _("kind"), in_filter=True),
        Field("area_code", _("area")),
    ),
    may=_MAY,
    icon="users",
)
MODULE = Module(code="org", title=_("Organisation"), registers=(UNITS, AGENCIES), icon="users")
