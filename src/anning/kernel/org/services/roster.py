"""Loading a city's agencies, capabilities and units, inside the caller's transaction."""

from django.db.models import F
from django.utils import timezone

from anning.kernel.org.models import Agency, Capability, Duty, Unit, UnitStatus, User
from anning.kernel.org.selectors import on_duty
from anning.wire.city.folder import City


def load_roster(city: City) -> dict[str, int]:
    """Store the city's agencies, capabilities and units; what is there by code is brought up to date.

    Returns how many of each. Units not in the folder stay as they are.
    """
    _agencies(city)
    _units(city)
    return {
        "agencies": len(city.agencies),
        "capabilities": len(city.capabilities),
        "units": len(city.units),
    }


def crew_units(city: City) -> int:
    """Put every demonstration user on duty, and every unit of the folder in service; returns how many units."""
    now = timezone.now()
    for user in User.objects.filter(username__in=[one.username for one in city.users]):
        member = user.memberships.select_related("agency").first()
        if member and not on_duty(now).filter(user=user).exists():
            Duty.objects.create(user=user, agency=member.agency, unit=member.unit, starts_at=now)
    codes = [one.code for one in city.units]
    idle = Unit.objects.filter(code__in=codes, status=UnitStatus.OFF_DUTY)
    return idle.update(status=UnitStatus.FREE, status_at=now, version=F("version") + 1)


def _agencies(city: City) -> None:
    Agency.objects.bulk_create(
        [
            Agency(code=a.code, name=a.name, name_en=a.name_en, kind=a.kind, area_code=a.area_code)
            for a in city.agencies
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "kind", "area_code"],
    )
    Capability.objects.bulk_create(
        [Capability(code=c.code, name=c.name, name_en=c.name_en) for c in city.capabilities],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en"],
    )


def _units(city: City) -> None:
    agencies = dict(Agency.objects.values_list("code", "pk"))
    now = timezone.now()
    Unit.objects.bulk_create(
        [
            Unit(
                code=one.code,
                agency_id=agencies[one.agency],
                kind=one.kind,
                area_code=one.area_code,
                site_code=one.site_code,
                lon=one.lon,
                lat=one.lat,
                position_at=now if one.lon is not None else None,
            )
            for one in city.units
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["agency", "kind", "area_code", "site_code"],
    )
    units = dict(Unit.objects.values_list("code", "pk"))
    known = dict(Capability.objects.values_list("code", "pk"))
    able = Unit.capabilities.through
    able.objects.filter(unit_id__in=[units[one.code] for one in city.units]).delete()
    able.objects.bulk_create(
        [able(unit_id=units[one.code], capability_id=known[code]) for one in city.units for code in one.capabilities]
    )
