"""Who may see and do what: role × area × kind of work, as values."""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from django.db.models import Q

from anning.kernel.contract.kinds import Kind, Register
from anning.kernel.contract.roles import ROLE_BY_CODE, Reach


@dataclass(frozen=True)
class Grant:
    """One membership in force: a role in an agency over an area, for some kinds (empty: all)."""

    role: str
    agency_id: int
    area_code: str
    kinds: frozenset[str] = frozenset()
    unit_id: int | None = None

    def covers(self, kind_code: str) -> bool:
        """Whether the grant counts for the kind of work or register."""
        return not self.kinds or kind_code in self.kinds


@dataclass(frozen=True)
class Scope:
    """The part of the city that exists for somebody, for one permission on one kind.

    `areas` are codes (an empty one is everywhere): what lies in an area has a code that begins with the area's, and
    no two areas of one level begin alike (`wire.city.checks`), so a code admits its own area and those below it and
    no other. `agencies` and `units` those whose work is seen
    wherever it is. An empty scope sees nothing.
    """

    areas: frozenset[str] = frozenset()
    agencies: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.areas or self.agencies or self.units)

    @property
    def everywhere(self) -> bool:
        """Whether no area is hidden."""
        return "" in self.areas

    def admits(self, area_code: str, agencies: Iterable[int] = (), units: Iterable[int] = ()) -> bool:
        """Whether something in `area_code`, worked on by `agencies` and `units`, exists in this scope."""
        if any(area_code.startswith(prefix) for prefix in self.areas):
            return True
        return not self.agencies.isdisjoint(agencies) or not self.units.isdisjoint(units)

    def in_areas(self, field: str = "area_code", wide: Container[str] = ()) -> Q:
        """A filter on a model's area field alone (registers; things no agency shares).

        `wide` are areas that hold too much for the index of a long table to help (see `lookups`).
        """
        if self.everywhere:
            return Q()
        places = Q(pk__in=[])
        for prefix in sorted(self.areas):
            places |= Q(**{f"{field}__{'inside_wide' if prefix in wide else 'inside'}": prefix})
        return places


@dataclass(frozen=True)
class Viewer:
    """Somebody looking: who they are and the grants they hold now. Satisfies `audit.services.Actor`."""

    user_id: int | None
    label: str
    grants: tuple[Grant, ...] = ()

    def roles(self, kind_code: str = "") -> frozenset[str]:
        """The roles held, for one kind when given."""
        return frozenset(grant.role for grant in self.grants if not kind_code or grant.covers(kind_code))

    def holds(self, roles: Iterable[str]) -> bool:
        """Whether any of `roles` is held for anything at all (menus, pages)."""
        return not self.roles().isdisjoint(roles)

    def scope(self, declared: Kind | Register, permission: str) -> Scope:
        """Where this viewer has `permission` on a kind or register."""
        return self.scope_of(declared.code, declared.may.get(permission, frozenset()))

    def scope_of(self, kind_code: str, roles: Iterable[str]) -> Scope:
        """Where this viewer holds one of `roles` for a kind."""
        wanted = set(roles)
        held = [grant for grant in self.grants if grant.role in wanted and grant.covers(kind_code)]
        return Scope(
            areas=frozenset(grant.area_code for grant in held if _reach(grant) is Reach.AREA),
            agencies=frozenset(grant.agency_id for grant in held if _reach(grant) is Reach.AGENCY),
            units=frozenset(grant.unit_id for grant in held if _reach(grant) is Reach.UNIT and grant.unit_id),
        )


def _reach(grant: Grant) -> Reach:
    return ROLE_BY_CODE[grant.role].reach


NOBODY = Viewer(None, "anonymous")
SYSTEM = Viewer(None, "system", (Grant("administrator", 0, ""), Grant("supervisor", 0, "")))
"""The platform itself: schedules, importers started from the command line."""
