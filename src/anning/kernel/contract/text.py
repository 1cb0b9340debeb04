"""The type of a text shown to people: a plain string or one translated when it is read."""

from django.utils.functional import Promise
from django.utils.text import capfirst

Text = str | Promise


def heading(text: Text) -> str:
    """The text, in the language in force, as it stands at the head of a page or column."""
    return capfirst(str(text))
