"""What the kernel declares of places: areas, sites and the gazetteer as registers."""

from django.utils.translation import gettext_lazy as _

from anning.kernel.contract.kinds import EXPORT, VIEW, Field, Register
from anning.kernel.contract.module import Module
from anning.kernel.contract.roles import ADMINISTRATOR, ANALYST, REGISTRARS, SUPERVISOR, roles

_MAY = {VIEW: REGISTRARS, EXPORT: roles(SUPERVISOR, ANALYST, ADMINISTRATOR)}
_POINT = ("lon", "lat")

SITES = Register(
    code="sites",
    model="places.Site",
    title=_("site"),
    plural=_("Sites"),
    fields=(
        Field("code", _("code"), in_search=True),
        Field("name", _("name"), in_search=True),
        Field("name_en", _("English name"), in_list=False, in_search=True),
        Field("kind", _("kind"), in_filter=True),
        Field("area_code", _("area")),
        Field("address", _("address"), in_search=True),
    ),
    may=_MAY,
    icon="building",
    point_fields=_POINT,
)
AREAS = Register(
    code="areas",
    model="places.Area",
    title=_("area"),
    plural=_("Areas"),
    fields=(
        Field("code", _("code"), in_search=True),
        Field("name", _("name"), in_search=True),
        Field("name_en", _("English name"), in_search=True),
        Field("level", _("level"), in_filter=True),
        Field("parent__name", _("part of")),
        Field("approximate", _("approximate boundary")),
        Field("source", _("source"), in_list=False),
    ),
    may=_MAY,
    area_field="code",
    icon="layers",
    point_fields=_POINT,
)
NAMES = Register(
    code="names",
    model="places.PlaceName",
    title=_("place name"),
    plural=_("Gazetteer"),
    fields=(
        Field("name", _("name"), in_search=True),
        Field("name_en", _("English name"), in_search=True),
        Field("kind", _("kind"), in_filter=True),
        Field("area_code", _("area")),
        Field("radius_m", _("radius of uncertainty, m")),
    ),
    may=_MAY,
    key_field="id",
    icon="pin",
    point_fields=_POINT,
)
MODULE = Module(code="places", title=_("Places"), registers=(SITES, AREAS, NAMES), icon="pin")
