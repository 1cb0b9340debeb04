"""Making a county's things many, whatever their kind: to see what a page asks the database when there is more."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model

from anning.kernel.contract import registry
from anning.kernel.contract.kinds import Kind, Register
from anning.kernel.importing.models import Reject, Run
from anning.kernel.work.models import Alert, Item
from anning.kernel.work.services import files, items, tasks
from anning.kernel.work.services.links import propose
from tests import factories
from tests.contracts.tries import FIRST
from tests.contracts.walking import County

_numbers = count(1)


def grow(county: County, by: int) -> None:
    """Add `by` items to each kind, rows to each register, and `by` of everything to the items that are looked at."""
    for shelf in registry.registers():
        more_rows(shelf, county.keys[shelf.code], by)
    for kind in registry.kinds():
        made = [opened(kind, county) for _ in range(by)]
        deepen(county.fresh(FIRST[kind.code]), made, county)
    for place in range(by):
        run = copied(county.run, file_name=f"{place}.csv")
        copied(Reject.objects.get(run=county.run, line=2), line=1000 + next(_numbers))
        Alert.objects.create(
            user=county.people["supervisor"], item=made[place], cause=f"task:{run.pk}", at=factories.NOW
        )


def opened(kind: Kind, county: County) -> Item:
    """An item of any kind with its particulars."""
    item = factories.work(kind.code, f"{county.code}001")
    Item.objects.filter(pk=item.pk).update(lon=county.items["busy"].lon, lat=29.5, category="public", cell=None)
    if kind.detail:
        model = apps.get_model(kind.detail)
        model._default_manager.create(item=item, **{name: county_value(county, name, model) for name in needed(model)})
    return item


def needed(model: type[Model]) -> list[str]:
    """The columns of a detail model that have to be given, beside the item."""
    return [
        field.name
        for field in model._meta.fields
        if field.name != "item" and not field.has_default() and not field.null and not field.blank
    ]


def county_value(county: County, name: str, model: type[Model]) -> Any:
    """Something that a column may hold: for a relation a row of the county's, else a plain value of its type."""
    field = model._meta.get_field(name)
    if field.related_model is Item:
        return county.items["busy"]
    if field.is_relation:
        return field.related_model._default_manager.first()
    return field.to_python("1")


def deepen(item: Item, others: list[Item], county: County) -> None:
    """Remarks, links, files and tasks on one item, one for each of `others`."""
    seer = factories.viewer("supervisor")
    for place, other in enumerate(others):
        items.note(seer, item.number, f"remark {place}")
        propose("follows", item, other, 0.5, {}, factories.NOW)
        files.attach(seer, item.number, f"{place}.txt", f"{item.pk} {place}".encode())
        tasks.send(item, factories.unit(county.agency, area_code=county.code), factories.NOW)


def more_rows(register: Register, key: str, by: int) -> None:
    """Copies of a register's row that differ in the texts by which rows are told apart."""
    model = apps.get_model(register.model)
    row = model._default_manager.get(**{register.key_field: key})
    apart = {name for constraint in model._meta.total_unique_constraints for name in constraint.fields}
    apart |= {field.name for field in model._meta.fields if field.unique}
    texts = [field.name for field in model._meta.fields if field.name in apart and isinstance(field, CharField)]
    for _ in range(by):
        copied(row, **{name: f"{getattr(row, name)}{next(_numbers):03d}" for name in texts})


def copied(row: Model, **changed: Any) -> Model:
    """A new row like `row` but for what is changed."""
    given = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)._default_manager.create(**{**given, **changed})


def counts() -> dict[str, int]:
    """How many there are of what pages list."""
    return {kind.code: Item.objects.filter(kind=kind.code).count() for kind in registry.kinds()} | {
        "runs": Run.objects.count(),
        **{shelf.code: apps.get_model(shelf.model)._default_manager.count() for shelf in registry.registers()},
    }
