"""From the cookies of a request to what its page is told."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import cast

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from anning.gateway.live.watchers import Audience
from anning.kernel.access.selectors import viewer_of
from anning.kernel.org.models import User
from anning.kernel.work.selectors.live import live_scopes


def audience_of(cookie_header: str) -> Audience | None:
    """What the signed-in user of these cookies may be told, or None when nobody is signed in."""
    user = _user(cookie_header)
    if user is None:
        return None
    return frozenset((kind, scope) for kind, scope in live_scopes(viewer_of(user)).items() if scope)


def _user(cookie_header: str) -> User | None:
    try:
        morsel = SimpleCookie(cookie_header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if morsel is None:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
    user = User.objects.filter(pk=session.get(SESSION_KEY) or 0, is_active=True).first()
    if user is None:
        return None
    proof = cast(str, session.get(HASH_SESSION_KEY) or "")
    return user if constant_time_compare(proof, user.get_session_auth_hash()) else None
