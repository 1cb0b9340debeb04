"""Parts to play are given for whole areas of the city only, and in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as drawing
from hypothesis import strategies as st

import anning
from anning.kernel.access.selectors import viewer_of
from anning.kernel.access.services import add_user, give_part
from anning.kernel.audit.models import Entry
from anning.kernel.contract.roles import READERS
from anning.kernel.org.models import Agency, Membership, User
from anning.kernel.places.models import Area
from anning.kernel.places.selectors import near_areas
from tests import factories
from tests.factories import AWAY, HOME

pytestmark = pytest.mark.django_db
GOOD = "Sea-Wall-2026"
CODES = ("3302", HOME, AWAY, f"{HOME}001", f"{AWAY}001")
SOURCE = Path(anning.__file__).parent


@pytest.fixture(autouse=True)
def _city(db) -> None:
    factories.city()


def add(area: str = "", role: str = "supervisor", password: str = GOOD) -> User:
    return add_user(None, "033107", password, title="接警员", role=role, agency_code="police", area_code=area)


def test_a_user_is_made_with_a_part_and_given_another() -> None:
    first = add(HOME, "call_taker")
    again = add_user(None, "033107", "not used", title="", role="partner", agency_code="rescue")
    add(HOME, "call_taker")
    assert first == again
    assert first.check_password(GOOD)
    parts = Membership.objects.order_by("pk").values_list("role", "agency__code", "area_code")
    assert list(parts) == [("call_taker", "police", HOME), ("partner", "rescue", "")]
    assert Entry.objects.filter(action="membership").count() == 3


@pytest.mark.parametrize(("role", "password", "said"), [("king", GOOD, "no role"), ("unit", "12345", ".")])
def test_an_unknown_role_or_a_weak_password_makes_nobody(role: str, password: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        add("", role, password)
    assert not User.objects.exists()
    assert not Agency.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("code", CODES)
def test_a_part_is_given_for_every_area_there_is(code: str) -> None:
    add(code)
    assert Membership.objects.get().area_code == code


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("33020", [HOME]),
        ("33022", [AWAY]),
        ("330", ["3302", HOME, AWAY]),
        (f"{HOME}9", [HOME]),
        (f"{HOME}001001", [f"{HOME}001"]),
        ("330302", [HOME]),
        (f"Area {HOME}", [HOME]),
        (f"区{AWAY}", [AWAY]),
    ],
)
def test_half_a_code_or_a_wrong_one_is_refused_with_those_near_it(code: str, near: list[str]) -> None:
    with pytest.raises(ValueError, match=f"no area {code!r}") as caught:
        add(code)
    assert not [one for one in near if one not in str(caught.value)]
    assert not User.objects.exists(), "the user is not left without a part"


def test_before_a_city_is_loaded_the_message_says_so() -> None:
    Area.objects.all().delete()
    with pytest.raises(ValueError, match="load the city first"):
        add(HOME)
    add("")


@drawing(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.one_of(
        st.text(st.characters(exclude_characters="\0"), max_size=20),
        st.sampled_from(CODES).flatmap(lambda c: st.integers(1, 9).map(lambda n: c[:n])),
    )
)
@example("33020")
@example(" ")
@example("%")
def test_whatever_is_given_only_whole_areas_become_a_scope(code: str) -> None:
    user, agency = User.objects.get_or_create(username="x")[0], factories.agency("police")
    if code in ("", *CODES):
        assert give_part(user, agency, "supervisor", code).area_code == code
        return
    with pytest.raises(ValueError, match="there is no area"):
        give_part(user, agency, "supervisor", code)
    assert {area.code for area in near_areas(code)} <= set(CODES)
    assert not Membership.objects.filter(area_code=code).exists()


def test_a_part_for_one_district_reaches_no_other() -> None:
    scope = viewer_of(add(HOME)).scope_of("incident", READERS)
    assert scope.admits(f"{HOME}001")
    assert not scope.admits(f"{AWAY}001")


def test_parts_are_written_in_one_place() -> None:
    """A second writer would have to check the area again, or forget to."""
    written = re.compile(r"(?<!class )\bMembership(?:\(|\.objects\.(?:\w*create|bulk_\w+|update))")
    found = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if written.search(path.read_text("utf-8"))}
    assert found == {"kernel/access/services.py"}
