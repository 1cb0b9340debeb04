"""Giving people parts to play: the one place where the area of a grant is written, and where it is checked."""

from django.contrib.auth.hashers import make_password

from anning.kernel.audit.services import Actor, record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.roles import ROLE_BY_CODE
from anning.kernel.org.models import Agency, Membership, Unit, User
from anning.kernel.org.services import user_named
from anning.kernel.places.models import Area
from anning.kernel.places.selectors import near_areas
from anning.wire.city.folder import City


def give_part(user: User, agency: Agency, role: str, area_code: str) -> Membership:
    """Let `user` play `role` for `agency` in an area and all below it ('' is everywhere). In the caller's transaction.

    A part they have already is left as it is. A scope is a prefix of codes: half a code would reach every area that
    happens to begin with it, and so is refused.

    Raises:
        ValueError: there is no such role, or no such area.
    """
    if role not in ROLE_BY_CODE:
        raise ValueError(f"there is no role {role!r}: use one of {', '.join(ROLE_BY_CODE)}")
    if area_code and not Area.objects.filter(code=area_code).exists():
        near = ", ".join(f"{area.code} {area.name}" for area in near_areas(area_code))
        hint = f"near it are {near}" if near else "load the city first"
        raise ValueError(f"there is no area {area_code!r} in the city: {hint}; no area at all means everywhere")
    return Membership.objects.get_or_create(user=user, agency=agency, role=role, area_code=area_code)[0]


def add_user(
    actor: Actor | None, username: str, password: str, *, title: str, role: str, agency_code: str, area_code: str = ""
) -> User:
    """Make a user, or find the one there is, and give them a part in an agency (made when it is new).

    Raises:
        ValueError: there is no such role or area, or the password is too weak.
    """
    with writing():
        user = user_named(username, password, title)
        agency, _fresh = Agency.objects.get_or_create(code=agency_code, defaults={"name": agency_code, "kind": "other"})
        give_part(user, agency, role, area_code)
        record(actor, "membership", f"org.user:{user.pk}", {"role": role, "agency": agency_code, "area": area_code})
    return user


def load_users(city: City) -> dict[str, int]:
    """Store a demonstration city's users and their parts, inside the caller's transaction; returns how many.

    Other cities make their own; people not in the folder stay as they are.
    """
    if not city.facts.is_demo:
        return {"users": 0}
    password = make_password(city.password)
    for one in city.users:
        user, _fresh = User.objects.get_or_create(
            username=one.username, defaults={"title": one.title, "title_en": one.title_en, "password": password}
        )
        part = give_part(user, Agency.objects.get(code=one.agency), one.role, one.area_code)
        part.unit = Unit.objects.get(code=one.unit) if one.unit else None
        part.save()
    return {"users": len(city.users)}
