"""Who may sign in: users the city made. Nobody signs up; an outside identity must be linked by an administrator."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


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
