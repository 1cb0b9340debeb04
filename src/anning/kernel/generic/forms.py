"""Forms made from declarations: filters of a list, a new item, changes to one, a remark, a file, an import."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.apps import apps
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from anning.kernel.access.scope import Scope
from anning.kernel.contract.kinds import Field, Kind, Register
from anning.kernel.contract.text import heading
from anning.kernel.generic.query import ListQuery, moment_text
from anning.kernel.importing.mapping import Mapping
from anning.kernel.org.models import Unit
from anning.kernel.org.selectors import duty_places
from anning.kernel.places.models import Level
from anning.kernel.places.selectors import label, labels, revision
from anning.kernel.work.selectors.naming import category_names
from anning.kernel.work.services.files import too_large

PRIORITIES = [(str(level), str(level)) for level in (1, 2, 3, 4)]
MORE_FILTERS = frozenset({"category", "since", "until"})
Choices = list[tuple[str, Any]]


class FilterForm(forms.Form):
    """The filters of a kind's list, showing the query in force."""

    q = forms.CharField(label=gettext_lazy("Search the text"), required=False, max_length=200)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    since = forms.CharField(label=pgettext_lazy("period", "From"), required=False)
    until = forms.CharField(label=pgettext_lazy("period", "To"), required=False)
    open = forms.BooleanField(label=gettext_lazy("Open only"), required=False)

    def __init__(self, kind: Kind, scope: Scope, query: ListQuery) -> None:
        super().__init__(initial=_initial(query))
        choices: dict[str, Choices] = {
            "state": [(state.code, state.title) for state in kind.table.states],
            "priority": PRIORITIES,
            "area": area_choices(scope),
            "category": list(category_names(kind).items()),
        }
        for name, found in choices.items():
            choose_from(self, name, [("", _("all")), *found])
            if not found:
                del self.fields[name]
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})
        add_declared(self, kind.detail, kind.fields, query)


class RegisterFilterForm(forms.Form):
    """The filters of a register's list."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=200)

    def __init__(self, register: Register, query: ListQuery) -> None:
        super().__init__(initial={"q": query.text})
        add_declared(self, register.model, register.fields, query)


class EditForm(forms.Form):
    """An item's own columns."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), choices=PRIORITIES, coerce=int, initial="3")
    category = forms.CharField(label=gettext_lazy("Category"), required=False, max_length=40)
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90)

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = category_names(kind)
        if names:
            choices = [("", "—"), *names.items()]
            self.fields["category"] = forms.ChoiceField(label=_("Category"), choices=choices, required=False)

    def clean(self) -> dict[str, Any]:
        """A point has both coordinates or neither."""
        data = super().clean() or {}
        if (data.get("lon") is None) != (data.get("lat") is None):
            self.add_error("lon", _("Give both longitude and latitude, or neither."))
        return data


class ReasonedEditForm(EditForm):
    """Changes to an item, with why."""

    reason = forms.CharField(label=gettext_lazy("Why the change"), required=False, max_length=500)


class CreateForm(EditForm):
    """A new item with the declared fields of its kind."""

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        self.declared = [field.name for field in kind.fields if field.in_form and "__" not in field.name]
        for name, made in model_fields(kind.detail, self.declared):
            self.fields[name] = made
        for field in kind.fields:
            if field.name in self.fields:
                self.fields[field.name].label = heading(field.title)


class NoteForm(forms.Form):
    """A remark for the timeline."""

    text = forms.CharField(
        label=gettext_lazy("Remark"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )


class AttachForm(forms.Form):
    """A file to keep with an item."""

    file = forms.FileField(label=gettext_lazy("File"))

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what is too large before it is read into memory."""
        given: UploadedFile[bytes] = self.cleaned_data["file"]
        refusal = too_large(given.size or 0)
        if refusal:
            raise forms.ValidationError(refusal)
        return given


class ImportForm(forms.Form):
    """A file to import, and how its columns are to be read."""

    file = forms.FileField(label=gettext_lazy("File to import"))
    mapping = forms.ChoiceField(label=gettext_lazy("Layout"), required=False)

    def __init__(self, mappings: Iterable[Mapping], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(mapping.code, mapping.title) for mapping in mappings]
        choose_from(self, "mapping", [("", _("find out by the columns")), *known])


class DutyForm(forms.Form):
    """Where the viewer goes on duty."""

    where = forms.ChoiceField(label=gettext_lazy("Where"))

    def __init__(self, user_id: int, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {
            f"{agency.pk}:{unit.pk if unit else ''}": (agency, unit) for agency, unit in duty_places(user_id, now)
        }
        chinese = (get_language() or "zh").startswith("zh")
        names = {
            agency.pk: agency.name if chinese else agency.name_en or agency.name for agency, _u in self.places.values()
        }
        choices = [
            (key, f"{names[agency.pk]} · {unit.code}" if unit else names[agency.pk])
            for key, (agency, unit) in self.places.items()
        ]
        choose_from(self, "where", choices)

    def place(self) -> tuple[int, Unit | None]:
        """The agency's id and the unit chosen."""
        agency, unit = self.places[self.cleaned_data["where"]]
        return agency.pk, unit


class PeriodForm(forms.Form):
    """What the city map shows of work."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of work"), required=False)
    since = forms.CharField(label=pgettext_lazy("period", "From"), required=False)
    until = forms.CharField(label=pgettext_lazy("period", "To"), required=False)
    open = forms.BooleanField(label=gettext_lazy("Open only"), required=False)

    def __init__(self, kinds: list[Kind], chosen: Kind, query: ListQuery) -> None:
        super().__init__(initial={**_initial(query), "kind": chosen.code})
        choose_from(self, "kind", [(kind.code, heading(kind.plural)) for kind in kinds])
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})


def choose_from(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a choice field of a form what can be chosen."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def area_choices(scope: Scope) -> Choices:
    """The areas a viewer can narrow a list to: the districts, or their own areas and those directly below."""
    known = labels(revision())
    if scope.everywhere:
        return [(code, label(code)) for code, area in known.items() if area.level == Level.DISTRICT]
    found = []
    for own in sorted(scope.areas):
        level = known[own].level if own in known else Level.GRID
        found += [code for code, area in known.items() if code.startswith(own) and area.level <= level + 1]
    return [(code, label(code)) for code in dict.fromkeys(found)]


def model_fields(model: str, names: Iterable[str]) -> Iterable[tuple[str, forms.Field]]:
    """Form fields for a model's editable columns, by name."""
    for name in names if model else ():
        made = apps.get_model(model)._meta.get_field(name).formfield()
        if made is not None:
            yield name, made


def add_declared(form: forms.Form, model: str, declared: Iterable[Field], query: ListQuery) -> None:
    """Add a model's declared filter fields to a filter form, as `f.<name>`."""
    wanted = {field.name: field.title for field in declared if field.in_filter}
    asked = dict(query.fields)
    for name, title in wanted.items():
        column = apps.get_model(model)._meta.get_field(name)
        choices = getattr(column, "flatchoices", None) or _values(model, name)
        form.fields[f"f.{name}"] = forms.ChoiceField(
            label=heading(title), required=False, choices=[("", _("all")), *choices], initial=asked.get(name, "")
        )


def _values(model: str, name: str) -> Choices:
    rows = apps.get_model(model)._default_manager.order_by(name).values_list(name, flat=True).distinct()
    return [(str(value), str(value)) for value in rows[:100] if value not in (None, "")]


def _initial(query: ListQuery) -> dict[str, Any]:
    return {
        "q": query.text,
        "state": query.state,
        "priority": str(query.priority or ""),
        "area": query.area,
        "category": query.category,
        "since": moment_text(query.since)[:10],
        "until": moment_text(query.until, end=True)[:10],
        "open": query.open_only,
    }
