"""What the kernel declares of travel: road conditions as a kind of work, opened and lifted on the generic pages."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anning.kernel.contract.kinds import CREATE, EDIT, EXPORT, IMPORT, LINK, VIEW, Field, Kind
from anning.kernel.contract.module import Layer, Module
from anning.kernel.contract.roles import ANALYST, COMMAND, DESK, READERS, SUPERVISOR, roles
from anning.kernel.contract.states import State, StateTable, Transition

CONDITION = StateTable(
    states=(
        State("in_force", _("in force"), tone="problem"),
        State("lifted", _("lifted"), tone="done", final=True),
    ),
    transitions=(
        Transition(("in_force",), "lift", "lifted", _("Lift"), DESK),
        Transition(("lifted",), "restore", "in_force", _("Put in force again"), COMMAND, needs_reason=True),
    ),
)
CONDITION_KIND = Kind(
    code="road_condition",
    title=_("road condition"),
    plural=_("Road conditions"),
    prefix="LK",
    table=CONDITION,
    may={
        VIEW: READERS,
        CREATE: DESK,
        EDIT: DESK,
        LINK: COMMAND,
        EXPORT: roles(SUPERVISOR, ANALYST),
        IMPORT: frozenset(),
    },
    detail="travel.RoadCondition",
    fields=(
        Field("effect", _("effect"), in_filter=True),
        Field("factor", _("times slower"), in_list=False),
        Field("siren_passes", _("crews with the siren on may pass"), in_list=False),
        Field("starts_at", pgettext_lazy("road condition", "from")),
        Field("until", pgettext_lazy("road condition", "until")),
        Field("to_lon", _("as far as, longitude"), in_list=False),
        Field("to_lat", _("as far as, latitude"), in_list=False),
    ),
    retention_days=365,
    icon="road",
)
MODULE = Module(
    code="travel",
    title=_("Roads"),
    kinds=(CONDITION_KIND,),
    layers=(
        Layer(
            "conditions",
            _("road conditions"),
            "anning.kernel.travel.selectors.layers.conditions",
            READERS,
            style="lines",
        ),
    ),
    icon="road",
)
