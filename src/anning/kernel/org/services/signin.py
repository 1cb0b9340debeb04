"""Signing in and out, as the audit trail keeps it."""

from anning.kernel.audit.services import Actor, record
from anning.kernel.audit.transactions import writing
from anning.kernel.org.models import User


def record_sign_in(actor: Actor | None, action: str, username: str) -> None:
    """Write to the audit trail that somebody signed in or out, failed to, or was locked out.

    What was typed is kept only when it is the number of a user: people type their password there by mistake.
    """
    user = User.objects.filter(username__iexact=username[:40].replace("\0", "")).only("pk").first()
    with writing():
        record(actor, action, f"org.user:{user.pk}" if user else "org.user:unknown", {})
