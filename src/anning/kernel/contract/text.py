"""The type of a text shown to people: a plain string or one translated when it is read."""

from django.utils.functional import Promise

Text = str | Promise
