"""The lives of an incident, of a livelihood matter and of a joint task, as tables, with their clocks.

An incident's state is the furthest stage of any unit at work on it (`folding.fold`), so the moves between
`new`, `assigned`, `en_route`, `on_scene` and `cleared` are internal: `services.units` makes them as units report.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anning.domains.calls.guards import no_open_joint_task
from anning.kernel.contract.clocks import WORKDAYS, ClockRule, Rung
from anning.kernel.contract.roles import COMMAND, DESK, DISPATCHER, PARTNER, SUPERVISOR, UNIT, roles
from anning.kernel.contract.states import STAY, State, StateTable, Transition
from anning.kernel.contract.text import Text

FIELD = roles(UNIT, DISPATCHER, SUPERVISOR)
"""Those who report a unit's progress: the unit itself, or the desk for it by radio."""
ANSWERING = roles(PARTNER, DISPATCHER, SUPERVISOR)
"""Those who answer for an agency: the agency itself, or the desk by telephone for it."""
OWNING = roles(PARTNER, SUPERVISOR)
"""Those who carry a matter once it is handed over: the agency, or the supervisor for it."""
OPEN_STATES = ("new", "assigned", "en_route", "on_scene", "cleared")
AT_WORK = ("assigned", "en_route", "on_scene")


@dataclass(frozen=True)
class UnitAction:
    """Something done with one unit on an incident, and who may do it."""

    code: str
    title: Text
    who: frozenset[str]
    needs_reason: bool = False


SEND = UnitAction("send", _("Send units"), COMMAND)
DEPART = UnitAction("depart", pgettext_lazy("unit report", "En route"), FIELD)
ARRIVE = UnitAction("arrive", pgettext_lazy("unit report", "On scene"), FIELD)
CLEAR = UnitAction("clear", pgettext_lazy("unit report", "Cleared"), FIELD)
STAND_DOWN = UnitAction("stand_down", _("Stand down"), COMMAND, needs_reason=True)
TAKE_OVER = UnitAction("take_over", _("Take over"), COMMAND, needs_reason=True)
ACCEPT = UnitAction("accept", pgettext_lazy("unit report", "Task taken"), FIELD)
DECLINE = UnitAction("decline", pgettext_lazy("unit report", "Cannot take it"), FIELD, needs_reason=True)
TROUBLE = UnitAction("trouble", pgettext_lazy("unit report", "Help needed"), FIELD)
UNIT_ACTIONS: Mapping[str, UnitAction] = {
    action.code: action for action in (SEND, DEPART, ARRIVE, CLEAR, STAND_DOWN, TAKE_OVER, ACCEPT, DECLINE, TROUBLE)
}
NOTE = "note"
TOLD = (ACCEPT.code, DECLINE.code, DEPART.code, ARRIVE.code, CLEAR.code, TROUBLE.code, NOTE)
"""What a crew's own device can tell, each once under the id the device gave it."""

INCIDENT = StateTable(
    states=(
        State("new", _("waiting"), tone="new"),
        State("assigned", _("assigned"), tone="waiting"),
        State("en_route", _("en route"), tone="active"),
        State("on_scene", _("on scene"), tone="active"),
        State("cleared", _("cleared"), tone="done"),
        State("closed", _("closed"), tone="done", final=True),
        State("merged", _("merged"), tone="void", final=True),
    ),
    transitions=(
        Transition(("new", "cleared"), "assigned", "assigned", _("Unit assigned"), COMMAND, internal=True),
        Transition(("assigned",), "depart", "en_route", _("First unit en route"), FIELD, internal=True),
        Transition(("assigned", "en_route"), "arrive", "on_scene", _("First unit on scene"), FIELD, internal=True),
        Transition(AT_WORK, "clear", "cleared", _("Last unit cleared"), FIELD, internal=True),
        Transition(AT_WORK, "stand_down", "new", _("All units stood down"), COMMAND, internal=True),
        Transition(("on_scene",), "fall_back", "en_route", _("Only units on the way remain"), FIELD, internal=True),
        Transition(
            ("en_route", "on_scene"), "regroup", "assigned", _("Only assigned units remain"), FIELD, internal=True
        ),
        Transition(AT_WORK, "unit", STAY, _("Unit report"), FIELD, internal=True),
        Transition(("new", "cleared"), "close", "closed", _("Close"), COMMAND, no_open_joint_task, needs_reason=True),
        Transition(("closed",), "reopen", "new", _("Reopen"), COMMAND, needs_reason=True),
        Transition(("new",), "merge", "merged", _("Merge into another incident"), DESK, internal=True),
        Transition(("merged",), "unmerge", "new", _("Undo the merge"), DESK, internal=True),
    ),
)

MATTER = StateTable(
    states=(
        State("received", _("received"), tone="new"),
        State("routed", _("handed over"), tone="waiting"),
        State("accepted", _("in hand"), tone="active"),
        State("waiting", _("waiting for the caller"), tone="waiting"),
        State("done", _("dealt with"), tone="done"),
        State("closed", _("closed"), tone="done", final=True),
    ),
    transitions=(
        Transition(("received", "routed"), "route", "routed", _("Hand over to an agency"), DESK, internal=True),
        Transition(("routed",), "accept", "accepted", _("Take in hand"), ANSWERING),
        Transition(
            ("routed", "accepted"),
            "send_back",
            "received",
            _("Send back"),
            OWNING,
            needs_reason=True,
        ),
        Transition(("accepted",), "wait", "waiting", _("Wait for the caller"), OWNING, needs_reason=True),
        Transition(("waiting",), "resume", "accepted", _("Go on"), OWNING),
        Transition(
            ("accepted",),
            "finish",
            "done",
            _("Dealt with"),
            OWNING,
            needs_reason=True,
            internal=True,
        ),
        Transition(("received", "done"), "close", "closed", _("Close"), DESK, needs_reason=True),
        Transition(("done", "closed"), "reopen", "received", _("Reopen"), DESK, needs_reason=True),
    ),
)

JOINT = StateTable(
    states=(
        State("asked", _("asked"), tone="new"),
        State("accepted", _("in hand"), tone="active"),
        State("done", _("done"), tone="done", final=True),
        State("declined", _("declined"), tone="problem", final=True),
        State("withdrawn", _("withdrawn"), tone="void", final=True),
    ),
    transitions=(
        Transition(("asked",), "accept", "accepted", _("Take in hand"), ANSWERING),
        Transition(("asked", "accepted"), "decline", "declined", _("Decline"), ANSWERING, needs_reason=True),
        Transition(("accepted",), "finish", "done", _("Done"), ANSWERING, needs_reason=True),
        Transition(("asked", "accepted"), "withdraw", "withdrawn", _("Withdraw"), COMMAND, needs_reason=True),
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

JOINT_CLOCKS = (
    ClockRule(
        code="answer",
        title=_("time to answer"),
        starts=frozenset({"asked"}),
        stops=frozenset({"accepted", "declined", "withdrawn"}),
        limit_s={1: 120, 2: 300, 3: 600, 4: 1800},
        ladder=(Rung(0, "partner"), Rung(300, "dispatcher")),
    ),
)
