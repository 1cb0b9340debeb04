"""Saying plainly what is wrong when the database cannot take or give anything."""

from django.db import Error
from django.utils.translation import gettext as _


def explain(error: Error) -> str:
    """What has failed and what the person should do, for a fault of the database."""
    text = str(error).lower()
    if "full" in text or "no space" in text:
        return _("The disk of the database is full: nothing was saved. Note the matter down and tell the operators.")
    if "readonly" in text or "read-only" in text or "read only" in text:
        return _("The database is read-only: nothing was saved. Note the matter down and tell the operators.")
    if "locked" in text or "timeout" in text:
        return _("The database was busy too long: nothing was saved. Send it again; it will be kept once.")
    return _("The database cannot be reached: nothing was saved. Send it again in a moment; it will be kept once.")
