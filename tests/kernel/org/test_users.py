"""Users, their passwords and tokens."""

from datetime import timedelta

import pytest

from anning.kernel.audit.models import Entry
from anning.kernel.org.models import ApiToken, User
from anning.kernel.org.selectors import user_of_token
from anning.kernel.org.services import make_token, set_password
from tests.factories import NOW, user

pytestmark = pytest.mark.django_db
GOOD = "Sea-Wall-2026"


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
