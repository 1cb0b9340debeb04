"""What the `calls` domain declares."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.domains.calls.states import (
    ANSWERING,
    FIELD,
    INCIDENT,
    INCIDENT_CLOCKS,
    JOINT,
    JOINT_CLOCKS,
    MATTER,
    MATTER_CLOCKS,
)
from anning.kernel.contract.kinds import CONTACT, CREATE, EDIT, EXPORT, IMPORT, LINK, VIEW, Field, Kind
from anning.kernel.contract.module import Importer, Indicator, Layer, LinkKind, Module, Page, Retention
from anning.kernel.contract.roles import (
    ADMINISTRATOR,
    ANALYST,
    CALL_TAKER,
    COMMAND,
    DESK,
    DISPATCHER,
    PARTNER,
    READERS,
    SUPERVISOR,
    UNIT,
    roles,
)
from anning.kernel.contract.text import Text

CONTACT_DAYS = 180
"""How long a caller's contact details are kept."""
NARRATIVE_DAYS = 3 * 365
"""How long what a caller said is kept."""
SAME_EVENT = "same_event"
"""Kind of the links between incidents that may be one event."""

MAY_TAKE = roles(CALL_TAKER, DISPATCHER, SUPERVISOR, PARTNER)
"""Those who take calls: the desk, and partners who hand them in."""
_MAY = {
    VIEW: READERS,
    CREATE: MAY_TAKE,
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
    opened_by="calls_take",
    icon="broadcast",
    text_source="anning.domains.calls.selectors.text.texts",
    parts="calls",
    categories="anning.domains.calls.selectors.catalogue.category_names",
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
    page="calls:matter",
    opened_by="calls_take",
    icon="home",
    text_source="anning.domains.calls.selectors.text.texts",
    parts="calls",
    categories="anning.domains.calls.selectors.catalogue.category_names",
)

JOINT_KIND = Kind(
    code="joint",
    title=_("joint task"),
    plural=_("joint tasks"),
    prefix="LD",
    table=JOINT,
    may={**_MAY, CREATE: frozenset(), EDIT: COMMAND, IMPORT: frozenset()},
    opened_by="calls_ask",
    clocks=JOINT_CLOCKS,
    detail="calls.JointTask",
    categories="anning.domains.calls.selectors.catalogue.category_names",
    fields=(Field("agency__name", _("agency"), in_form=False),),
    icon="users",
)

_WATCHERS = roles(CALL_TAKER, DISPATCHER, SUPERVISOR, PARTNER, ANALYST)
COUNTERS = roles(DISPATCHER, SUPERVISOR, ANALYST)
"""Those who read the domain's statistics."""
_VIEWS = "anning.domains.calls.pages"


def _page(name: str, path: str, view: str, who: frozenset[str], **more: Any) -> Page:
    return Page(name, path, f"{_VIEWS}.{view}", who, **more)


_ONE = (("number", "incident"),)
_MATTER = (("number", "matter"),)
PAGES = (
    _page("desk", "", "desk.desk", _WATCHERS, title=_("Desk"), in_menu=True, icon="desk"),
    _page("new", "new", "intake.new", MAY_TAKE, title=_("New call"), operation="calls_take"),
    _page("similar", "new/similar", "intake.similar", MAY_TAKE),
    _page("where", "new/where", "intake.where", MAY_TAKE),
    _page("places", "new/places", "intake.places", MAY_TAKE),
    _page("catalogue", "new/catalogue", "intake.catalogue", MAY_TAKE),
    _page("protocol", "new/protocol", "intake.protocol", MAY_TAKE),
    _page("units", "units/", "units.board_page", _WATCHERS, title=_("Units"), in_menu=True, icon="car"),
    _page("me", "units/me", "me.me", roles(UNIT), title=_("My task"), in_menu=True, icon="shield"),
    _page("me_shell", "units/me/shell", "me.shell", roles(UNIT)),
    _page("me_worker", "units/me/worker.js", "me.worker", roles(UNIT)),
    _page("me_report", "units/me/report", "telling.report", roles(UNIT), operation="calls_tell"),
    _page("me_settle", "units/me/settle", "telling.settle", roles(UNIT), operation="calls_settle"),
    _page("me_duty", "units/me/duty", "telling.duty", roles(UNIT), operation="start_duty"),
    _page("me_position", "units/me/position", "telling.position", roles(UNIT), operation="calls_position"),
    _page(
        "statistics",
        "statistics/",
        "statistics.figures",
        COUNTERS,
        title=_("Statistics"),
        in_menu=True,
        icon="chart",
    ),
    _page("statistics_csv", "statistics/counts.csv", "statistics.statistics_csv", COUNTERS),
    _page("replay", "replay/", "replay.laboratory", COUNTERS, title=_("Replay"), in_menu=True, icon="history"),
    _page("replay_cells", "replay/cells.geojson", "replay.cells", COUNTERS),
    _page("replay_keep", "replay/keep", "replay.keep", COUNTERS, operation="calls_keep_scenario"),
    _page(
        "replay_delete",
        "replay/<int:scenario>/delete",
        "replay.delete",
        COUNTERS,
        sample=(("scenario", ""),),
        operation="calls_delete_scenario",
    ),
    _page("replay_json", "replay/<int:scenario>.json", "replay.scenario_json", COUNTERS, sample=(("scenario", ""),)),
    _page("posts", "posts/", "posts.planner", COUNTERS, title=_("Posts planner"), in_menu=True, icon="target"),
    _page("posts_places", "posts/places.geojson", "posts.places", COUNTERS),
    _page("merge", "links/<int:link>/merge", "links.merge", DESK, sample=(("link", ""),), operation="calls_decide"),
    _page("reject", "links/<int:link>/reject", "links.reject", DESK, sample=(("link", ""),), operation="calls_decide"),
    _page(
        "unmerge", "links/<int:link>/unmerge", "links.unmerge", DESK, sample=(("link", ""),), operation="calls_decide"
    ),
    _page("matter", "matters/<str:number>", "matters.matter", READERS, sample=_MATTER),
    _page("route", "matters/<str:number>/route", "matters.route", DESK, sample=_MATTER, operation="calls_route"),
    _page(
        "finish", "matters/<str:number>/finish", "matters.finish", ANSWERING, sample=_MATTER, operation="calls_finish"
    ),
    _page(
        "matter_act",
        "matters/<str:number>/act/<str:verb>",
        "matters.act",
        READERS,
        sample=(*_MATTER, ("verb", "")),
        operation="act_matter",
    ),
    _page("incident", "<str:number>", "incident.incident", READERS, sample=_ONE),
    _page("panel", "<str:number>/panel", "incident.panel", READERS, sample=_ONE),
    _page("recommend", "<str:number>/recommend", "recommend.recommend_fragment", COMMAND, sample=_ONE),
    _page("routes", "<str:number>/routes.geojson", "recommend.routes", COMMAND, sample=_ONE),
    _page("assign", "<str:number>/assign", "verbs.assign", COMMAND, sample=_ONE, operation="calls_assign"),
    _page("report", "<str:number>/report", "verbs.report", FIELD, sample=_ONE, operation="calls_report"),
    _page("take_over", "<str:number>/take-over", "verbs.take_over", COMMAND, sample=_ONE, operation="calls_take_over"),
    _page(
        "stand_down", "<str:number>/stand-down", "verbs.stand_down", COMMAND, sample=_ONE, operation="calls_stand_down"
    ),
    _page("reclassify", "<str:number>/reclassify", "verbs.reclassify", DESK, sample=_ONE, operation="calls_reclassify"),
    _page("relocate", "<str:number>/relocate", "verbs.relocate", DESK, sample=_ONE, operation="calls_relocate"),
    _page("ask", "<str:number>/ask", "verbs.ask", COMMAND, sample=_ONE, operation="calls_ask"),
    _page(
        "joint_act",
        "<str:number>/joint/<str:task>/<str:verb>",
        "verbs.joint_act",
        READERS,
        sample=(*_ONE, ("task", "joint"), ("verb", "")),
        operation="act_joint",
    ),
    _page("note", "<str:number>/note", "verbs.note", READERS, sample=_ONE, operation="note_incident"),
    _page("merge_into", "<str:number>/merge", "verbs.merge_into", DESK, sample=_ONE, operation="calls_merge"),
    _page(
        "act",
        "<str:number>/act/<str:verb>",
        "verbs.act",
        COMMAND,
        sample=(*_ONE, ("verb", "")),
        operation="act_incident",
    ),
    _page(
        "contact",
        "<str:number>/contact/<int:call>",
        "contact.contact",
        DESK,
        sample=(*_ONE, ("call", "")),
        operation="calls_contact",
    ),
)


def _indicator(code: str, title: Text, unit: Text, good: int, caveat: Text = "") -> Indicator:
    return Indicator(code, title, unit, good, f"anning.domains.calls.selectors.figures.{code}", caveat)


MODULE = Module(
    code="calls",
    title=_("Calls"),
    kinds=(INCIDENT_KIND, MATTER_KIND, JOINT_KIND),
    pages=PAGES,
    api="anning.domains.calls.api.router",
    layers=(
        Layer("incidents", _("incidents"), "anning.domains.calls.selectors.layers.incidents", _WATCHERS),
        Layer("units", _("units"), "anning.domains.calls.selectors.layers.units", _WATCHERS, style="units"),
    ),
    indicators=(
        _indicator("calls_taken", _("calls taken"), _("calls"), -1),
        _indicator("incidents", _("incidents"), _("incidents"), -1),
        _indicator("matters", _("livelihood matters"), _("matters"), 0),
        _indicator("time_to_arrive", _("median time to arrive"), _("seconds"), -1),
        _indicator("in_time", _("on scene in time"), _("share"), 1, _("of incidents a unit was sent to and reached")),
    ),
    importers=(
        Importer(
            "calls",
            _("call log"),
            "incident",
            "anning.domains.calls.services.importing.take_rows",
            "anning.domains.calls.mappings",
        ),
    ),
    retention=(
        Retention(
            "calls.Call",
            "saved_at",
            NARRATIVE_DAYS,
            _("what callers said, kept to answer complaints and appeals"),
            "anning.domains.calls.services.retention.purge_narratives",
        ),
    ),
    links=(LinkKind(SAME_EVENT, "anning.domains.calls.services.merging.decide"),),
    city_loader="anning.domains.calls.services.city.load",
    icon="phone",
    quick_action=("calls:new", MAY_TAKE),
)
