"""Who people are to the platform: a closed list of roles, each with how far its sight reaches."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from anning.kernel.contract.text import Text


class Reach(StrEnum):
    """How far a role sees: a whole area, what its agency is part of, or what its own unit is sent to."""

    AREA = "area"
    AGENCY = "agency"
    UNIT = "unit"


@dataclass(frozen=True)
class Role:
    """A named part a person plays in an agency.

    `code` is stored in memberships; `reach` decides which items exist for the role (see `access.Scope`).
    """

    code: str
    title: Text
    reach: Reach


CALL_TAKER = Role("call_taker", _("Call-taker"), Reach.AREA)
DISPATCHER = Role("dispatcher", _("Dispatcher"), Reach.AREA)
SUPERVISOR = Role("supervisor", _("Supervisor"), Reach.AREA)
UNIT = Role("unit", _("Unit in the field"), Reach.UNIT)
PARTNER = Role("partner", _("Partner agency"), Reach.AGENCY)
ANALYST = Role("analyst", _("Analyst"), Reach.AREA)
AUDITOR = Role("auditor", _("Auditor"), Reach.AREA)
ADMINISTRATOR = Role("administrator", _("Administrator"), Reach.AREA)

ROLES: tuple[Role, ...] = (
    CALL_TAKER,
    DISPATCHER,
    SUPERVISOR,
    UNIT,
    PARTNER,
    ANALYST,
    AUDITOR,
    ADMINISTRATOR,
)
ROLE_BY_CODE: dict[str, Role] = {role.code: role for role in ROLES}


def roles(*members: Role) -> frozenset[str]:
    """The codes of `members`, as permissions and transitions name them."""
    return frozenset(role.code for role in members)


EVERYONE = roles(*ROLES)
DESK = roles(CALL_TAKER, DISPATCHER, SUPERVISOR)
COMMAND = roles(DISPATCHER, SUPERVISOR)
"""Those who may move an incident and the units on it."""
READERS = roles(CALL_TAKER, DISPATCHER, SUPERVISOR, UNIT, PARTNER, ANALYST)
"""Those who read work; auditors read the trail of it and administrators the settings."""
OVERSIGHT = roles(SUPERVISOR, AUDITOR, ADMINISTRATOR)
"""Those who read the audit trail of work within their reach."""
REGISTRARS = roles(CALL_TAKER, DISPATCHER, SUPERVISOR, ANALYST, AUDITOR, ADMINISTRATOR)
"""Those who look at the city's registers: units, sites, areas."""
