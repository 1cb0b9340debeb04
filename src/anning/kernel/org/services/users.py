"""Users, their passwords and their API tokens."""

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from anning.kernel.audit.services import Actor, record
from anning.kernel.audit.transactions import writing
from anning.kernel.org.models import ApiToken, User


def make_token(actor: Actor | None, user: User, label: str, ends_at: datetime | None = None) -> str:
    """A new API token for `user`, shown once and never kept."""
    token = secrets.token_urlsafe(32)
    with writing():
        digest = hashlib.sha256(token.encode()).hexdigest()
        ApiToken.objects.create(user=user, label=label, digest=digest, ends_at=ends_at)
        record(actor, "token", f"org.user:{user.pk}", {"label": label})
    return token


def user_named(username: str, password: str, title: str = "") -> User:
    """The user called so, made with this password when there is none. In the caller's transaction; they may do nothing
    before `access.services` gives them a part.

    Raises:
        ValueError: the password is too weak.
    """
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User(username=username, title=title or username)
        _give_password(user, password)
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
