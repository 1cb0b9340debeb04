"""Who may sign in: users the city made. Nobody signs up; an outside identity must be linked by an administrator.

Signing in, out, failing to and being locked out are written to the audit trail.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse

from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import User
from anning.kernel.org.services import record_sign_in


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closes signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: users are made by the city."""
        return False


class StaffSocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Lets an outside identity in only for a user who exists."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: an identity without a user here is turned away."""
        return False


def closed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """A page of the account package that this platform does not have."""
    raise Http404


def typed_username(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The service number a sign-in was tried with, as failed tries are counted by it."""
    given = credentials or {}
    typed = given.get("username") or given.get("login") or (request.POST.get("login") if request else "")
    return str(typed or "").strip().casefold()[:255]


def client_address(request: HttpRequest) -> str | None:
    """The network address a request came from, as failed tries are counted by it; None when there is none.

    With proxies in front (`ANNING_TRUSTED_PROXIES`), the address that the outermost of them was asked from: what stands
    in `X-Forwarded-For` before it was sent by the client and is not believed.
    """
    passed = [str(request.META.get("REMOTE_ADDR", ""))]
    if settings.TRUSTED_PROXIES:
        passed = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") + passed
    believed = [_address(text) for text in passed[-1 - settings.TRUSTED_PROXIES :]]
    return next((address for address in believed if address), None)


def _address(text: str) -> str | None:
    """An address as a proxy writes it: with or without a port, IPv6 in brackets or bare."""
    text = text.strip()
    for shape in (text, text[1:].partition("]")[0], text.rpartition(":")[0]):
        try:
            return str(ip_address(shape))
        except ValueError:
            continue
    return None


@receiver(user_logged_in)
def _signed_in(sender: object, user: User, **_more: object) -> None:
    record_sign_in(Viewer(user.pk, user.username), "sign-in", user.username)


@receiver(user_logged_out)
def _signed_out(sender: object, user: User | None, **_more: object) -> None:
    if user is not None:
        record_sign_in(Viewer(user.pk, user.username), "sign-out", user.username)


@receiver(user_login_failed)
def _failed(sender: object, credentials: dict[str, Any], **_more: object) -> None:
    record_sign_in(None, "sign-in-failed", typed_username(None, credentials))


@receiver(user_locked_out)
def _locked_out(sender: object, username: str, **_more: object) -> None:
    record_sign_in(None, "sign-in-locked", str(username or ""))
