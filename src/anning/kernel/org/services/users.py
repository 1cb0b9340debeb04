"""Users, the parts they play, and their API tokens."""

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from anning.kernel.audit.services import Actor, record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.roles import ROLE_BY_CODE
from anning.kernel.org.models import Agency, ApiToken, Membership, User


def make_token(actor: Actor | None, user: User, label: str, ends_at: datetime | None = None) -> str:
    """A new API token for `user`, shown once and never kept."""
    token = secrets.token_urlsafe(32)
    with writing():
        digest = hashlib.sha256(token.encode()).hexdigest()
        ApiToken.objects.create(user=user, label=label, digest=digest, ends_at=ends_at)
        record(actor, "token", f"org.user:{user.pk}", {"label": label})
    return token


def add_user(
    actor: Actor | None, username: str, password: str, *, title: str, role: str, agency_code: str, area_code: str = ""
) -> User:
    """Make a user, or find the one there is, and give them a part in an agency (made when it is new).

    Raises:
        ValueError: there is no such role, or the password is too weak.
    """
    if role not in ROLE_BY_CODE:
        raise ValueError(f"there is no role {role!r}: use one of {', '.join(ROLE_BY_CODE)}")
    with writing():
        user = User.objects.filter(username=username).first()
        if user is None:
            user = User(username=username, title=title or username)
            _give_password(user, password)
        agency, _fresh = Agency.objects.get_or_create(code=agency_code, defaults={"name": agency_code, "kind": "other"})
        Membership.objects.get_or_create(user=user, agency=agency, role=role, area_code=area_code)
        record(actor, "membership", f"org.user:{user.pk}", {"role": role, "agency": agency_code, "area": area_code})
    return user


def set_password(actor: Actor | None, username: str, password: str) -> None:
    """Give a user a new password; every session of theirs ends.

    Raises:
        LookupError: there is no such user.
        ValueError: the password is too weak.
    """
    user = User.objects.filter(username=username).first()
    if user is None:
        raise LookupError(f"there is no user {username!r}")
    with writing():
        _give_password(user, password)
        record(actor, "password", f"org.user:{user.pk}", {})


def _give_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error
    user.set_password(password)
    user.save()
