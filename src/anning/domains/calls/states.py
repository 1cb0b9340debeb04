"""The lives of an incident and of a livelihood matter, as tables, with their clocks."""

from django.utils.translation import gettext_lazy as _

from anning.kernel.contract.clocks import WORKDAYS, ClockRule, Rung
from anning.kernel.contract.roles import (
    COMMAND,
    DESK,
    DISPATCHER,
    PARTNER,
    SUPERVISOR,
    UNIT,
    roles,
)
from anning.kernel.contract.states import STAY, State, StateTable, Transition

FIELD = roles(UNIT, DISPATCHER, SUPERVISOR)
"""Those who report a unit's progress: the unit itself, or the desk for it by radio."""
OPEN_STATES = ("new", "assigned", "en_route", "on_scene", "cleared")

INCIDENT = StateTable(
    states=(
        State("new", _("waiting"), tone="alert"),
        State("assigned", _("assigned"), tone="active"),
        State("en_route", _("en route"), tone="active"),
        State("on_scene", _("on scene"), tone="active"),
        State("cleared", _("cleared"), tone="calm"),
        State("closed", _("closed"), tone="done", final=True),
        State("merged", _("merged"), tone="done", final=True),
    ),
    transitions=(
        Transition(("new", "assigned", "en_route", "on_scene"), "assign", STAY, _("Send a unit"), COMMAND, internal=True),
        Transition(("new",), "assigned", "assigned", _("Unit assigned"), COMMAND, internal=True),
        Transition(("assigned",), "depart", "en_route", _("En route"), FIELD),
        Transition(("assigned", "en_route"), "arrive", "on_scene", _("On scene"), FIELD),
        Transition(("assigned", "en_route", "on_scene"), "clear", "cleared", _("Cleared"), FIELD),
        Transition(("assigned", "en_route", "on_scene"), "stand_down", "new", _("Stand down all units"), COMMAND, needs_reason=True),
        Transition(("new", "cleared"), "close", "closed", _("Close"), COMMAND, needs_reason=True),
        Transition(("closed",), "reopen", "new", _("Reopen"), COMMAND, needs_reason=True),
        Transition(("new",), "merge", "merged", _("Merge into another incident"), DESK, internal=True),
        Transition(("merged",), "unmerge", "new", _("Undo the merge"), DESK, internal=True),
    ),
)

MATTER = StateTable(
    states=(
        State("received", _("received"), tone="alert"),
        State("routed", _("handed over"), tone="active"),
        State("accepted", _("in hand"), tone="active"),
        State("waiting", _("waiting for the caller"), tone="calm"),
        State("done", _("dealt with"), tone="calm"),
        State("closed", _("closed"), tone="done", final=True),
    ),
    transitions=(
        Transition(("received", "routed"), "route", "routed", _("Hand over to an agency"), DESK, internal=True),
        Transition(("routed",), "accept", "accepted", _("Take in hand"), roles(PARTNER, DISPATCHER, SUPERVISOR)),
        Transition(("routed", "accepted"), "send_back", "received", _("Send back"), roles(PARTNER, SUPERVISOR), needs_reason=True),
        Transition(("accepted",), "wait", "waiting", _("Wait for the caller"), roles(PARTNER, SUPERVISOR), needs_reason=True),
        Transition(("waiting",), "resume", "accepted", _("Go on"), roles(PARTNER, SUPERVISOR)),
        Transition(("accepted",), "finish", "done", _("Dealt with"), roles(PARTNER, SUPERVISOR), needs_reason=True),
        Transition(("received", "done"), "close", "closed", _("Close"), DESK, needs_reason=True),
        Transition(("done", "closed"), "reopen", "received", _("Reopen"), DESK, needs_reason=True),
    ),
)

INCIDENT_CLOCKS = (
    ClockRule(
        code="assign",
        title=_("time to assign"),
        starts=frozenset({"new"}),
        stops=frozenset({"assigned", "en_route", "on_scene", "cleared"}),
        limit_s={1: 60, 2: 120, 3: 300, 4: 900},
        ladder=(Rung(0, "dispatcher"), Rung(120, "supervisor")),
    ),
    ClockRule(
        code="arrive",
        title=_("time to arrive"),
        starts=frozenset({"assigned"}),
        stops=frozenset({"on_scene", "cleared", "new"}),
        limit_s={1: 480, 2: 720, 3: 1200, 4: 2400},
        ladder=(Rung(0, "supervisor"),),
    ),
)

MATTER_CLOCKS = (
    ClockRule(
        code="accept",
        title=_("time to take in hand"),
        starts=frozenset({"routed"}),
        stops=frozenset({"accepted", "received"}),
        limit_s={1: 7200, 2: 14400, 3: 28800, 4: 28800},
        calendar=WORKDAYS,
        ladder=(Rung(0, "partner"), Rung(14400, "supervisor")),
    ),
    ClockRule(
        code="settle",
        title=_("time to settle"),
        starts=frozenset({"received", "routed"}),
        stops=frozenset({"done"}),
        pauses=frozenset({"waiting"}),
        limit_s={1: 28800, 2: 57600, 3: 144000, 4: 288000},
        calendar=WORKDAYS,
        ladder=(Rung(0, "partner"), Rung(28800, "supervisor")),
    ),
)
