"""Users, their parts and tokens."""

from datetime import timedelta

import pytest

from anning.kernel.audit.models import Entry
from anning.kernel.org.models import ApiToken, Membership, User
from anning.kernel.org.selectors import user_of_token
from anning.kernel.org.services import add_user, make_token, set_password
from tests.factories import HOME, NOW, user

pytestmark = pytest.mark.django_db
GOOD = "Sea-Wall-2026"


def test_a_user_is_made_with_a_part_and_given_another() -> None:
    first = add_user(None, "033107", GOOD, title="接警员", role="call_taker", agency_code="police", area_code=HOME)
    again = add_user(None, "033107", "not used", title="", role="partner", agency_code="rescue")
    assert first == again
    assert first.check_password(GOOD)
    parts = Membership.objects.order_by("pk").values_list("role", "agency__code", "area_code")
    assert list(parts) == [("call_taker", "police", HOME), ("partner", "rescue", "")]
    assert Entry.objects.filter(action="membership").count() == 2


@pytest.mark.parametrize(("role", "password", "said"), [("king", GOOD, "no role"), ("unit", "12345", ".")])
def test_an_unknown_role_or_a_weak_password_makes_nobody(role: str, password: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        add_user(None, "x", password, title="", role=role, agency_code="police")
    assert not User.objects.exists()
    assert not Entry.objects.exists()


def test_a_new_password_replaces_the_old_and_is_not_in_the_trail() -> None:
    who = user()
    set_password(None, who.username, "Another-Wall-2026")
    who.refresh_from_db()
    assert who.check_password("Another-Wall-2026")
    assert "Another-Wall" not in "".join(Entry.objects.values_list("body", flat=True))
    with pytest.raises(LookupError, match="no user"):
        set_password(None, "nobody", GOOD)


def test_a_token_speaks_for_its_user_until_it_ends_and_only_its_digest_is_kept() -> None:
    who = user()
    token = make_token(None, who, "gis", NOW + timedelta(days=1))
    assert user_of_token(token, NOW) == who
    assert user_of_token(token, NOW + timedelta(days=1)) is None
    assert user_of_token(f"{token}x", NOW) is None
    assert token not in ApiToken.objects.get().digest
    User.objects.update(is_active=False)
    assert user_of_token(token, NOW) is None
