"""Reading what people type, before any rule of the domain looks at it."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.domains.calls.models import Channel
from anning.domains.calls.selectors.whereabouts import SYSTEMS, WGS84

DESK_CHANNELS = (Channel.PHONE, Channel.SMS, Channel.WEB)
DEGREES = {"max_digits": 12, "decimal_places": 9}


def first_error(form: forms.Form) -> str:
    """The first thing wrong with a form, naming the field."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        return f"{label}: {errors[0]}" if label else str(errors[0])
    return ""


class PlaceFields(forms.Form):
    """A point, the system it is given in, and how sure it is."""

    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90)
    system = forms.ChoiceField(
        label=gettext_lazy("Coordinates in"), choices=list(SYSTEMS.items()), required=False, initial=WGS84
    )
    radius_m = forms.FloatField(label=gettext_lazy("Uncertain by, m"), required=False, min_value=0, max_value=50_000)
    address = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=200)

    def clean_system(self) -> str:
        """WGS-84 unless said otherwise."""
        return self.cleaned_data["system"] or WGS84


class RelocateForm(PlaceFields):
    """Another place for an incident: the point is a must."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lon"].required = self.fields["lat"].required = True


class IntakeForm(PlaceFields):
    """A call as the desk takes it."""

    idempotency_key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    received_at = forms.DateTimeField(widget=forms.HiddenInput)
    answered_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    narrative = forms.CharField(label=gettext_lazy("Narrative"), max_length=4000, required=False)
    category = forms.CharField(label=gettext_lazy("Category"), max_length=40)
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        choices=[(str(n), str(n)) for n in (1, 2, 3, 4)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    flags = forms.MultipleChoiceField(required=False)
    capabilities = forms.MultipleChoiceField(required=False)
    answers = forms.CharField(required=False, widget=forms.HiddenInput, max_length=8000)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=[(one.value, one.label) for one in DESK_CHANNELS], required=False
    )
    language = forms.CharField(max_length=10, required=False)
    caller_name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    caller_phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    join = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, flags: list[str], capabilities: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["flags"].choices = [(flag, flag) for flag in flags]  # type: ignore[attr-defined]  # a choice field
        self.fields["capabilities"].choices = [(one, one) for one in capabilities]  # type: ignore[attr-defined]  # as above

    def clean_answers(self) -> dict[str, str]:
        """The protocol's answers as {question: answer}; the script sends a list of steps."""
        text = self.cleaned_data["answers"]
        if not text:
            return {}
        try:
            return {str(step["question"]): str(step["answer"]) for step in json.loads(text)}
        except (ValueError, TypeError, KeyError) as error:
            raise forms.ValidationError(
                _("The protocol's answers cannot be read: start the questions again.")
            ) from error

    def clean(self) -> dict[str, Any]:
        """Something must be known: what was said, or where it is."""
        data = super().clean() or {}
        if not (data.get("narrative") or data.get("address") or data.get("lon") is not None):
            self.add_error("narrative", _("Say what happened or where: one of them is needed."))
        return data


class WordForm(forms.Form):
    """A crew's word as its phone sends it; `at` is ISO 8601 with its offset, empty for now."""

    key = forms.UUIDField()
    number = forms.CharField(max_length=20)
    action = forms.CharField(max_length=12)
    at = forms.CharField(required=False, max_length=40)
    task = forms.IntegerField(required=False, min_value=1)
    version = forms.IntegerField(required=False, min_value=0)
    text = forms.CharField(label=gettext_lazy("Text"), required=False, max_length=2000)
    skew_s = forms.FloatField(required=False)

    def clean_at(self) -> datetime | None:
        """The moment, None for now."""
        text = self.cleaned_data["at"]
        at = parse_datetime(text) if text else None
        if text and (at is None or at.utcoffset() is None):
            raise forms.ValidationError(_("“%(text)s” is no time with an offset.") % {"text": text})
        return at

    def clean_skew_s(self) -> float:
        """Seconds; nothing said is none."""
        return self.cleaned_data["skew_s"] or 0.0
