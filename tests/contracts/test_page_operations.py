"""What a page does, the API does: every page that takes something names an operation, and every operation is there."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anning.kernel.contract import registry
from anning.kernel.contract.module import Page
from anning.kernel.contract.roles import ROLES
from anning.kernel.generic.urls import generic_patterns
from anning.kernel.importing.selectors import importers_of
from anning.kernel.org.models import Agency, Membership
from tests import factories

EACH_KIND = {
    "list": ("list_{}",),
    "detail": ("get_{}",),
    "history": ("timeline_{}", "trail_{}"),
    "create": ("open_{}",),
    "edit": ("edit_{}",),
    "act": ("act_{}",),
    "note": ("note_{}",),
    "link": ("decide_link_{}",),
    "attach": ("attach_{}",),
    "file": ("file_{}",),
    "export": ("export_{}",),
    "work_layer": ("layer_{}",),
}
"""The generic pages about a kind of work, and the operations each kind has for them."""
EACH_IMPORT = {
    "import": ("import_{}",),
    "import_run": ("import_run_{}",),
    "import_rejects": ("rejects_{}",),
    "import_row": ("mend_reject_{}", "drop_reject_{}"),
}
"""The same for kinds that an importer brings in."""
EACH_REGISTER = {
    "register": ("list_register_{}",),
    "register_row": ("get_register_{}",),
    "register_export": ("export_register_{}",),
}
ALONE = {
    "search": ("search", "search_names"),
    "alerts": ("alerts",),
    "alerts_seen": ("alert_seen",),
    "duty": ("start_duty", "end_duty"),
    "module_layer": ("layers", "layer"),
    "home": ("me",),
}
FRAMES = {"map", "base_map", "registers"}
"""Pages that only frame what others show, or draw the ground."""


@cache
def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each operation by its id."""
    from anning.project.api import api

    paths = api.get_openapi_schema()["paths"]
    return {one["operationId"]: (method, path, one) for path, ways in paths.items() for method, one in ways.items()}


def test_every_generic_page_has_its_operations_or_needs_none() -> None:
    named = {pattern.name for pattern in generic_patterns()[0]}
    assert named == {*EACH_KIND, *EACH_IMPORT, *EACH_REGISTER, *ALONE, *FRAMES}
    for names in ALONE.values():
        assert set(names) <= set(operations())


@pytest.mark.parametrize("kind", [kind for kind in registry.kinds() if kind.opened_by], ids=lambda kind: kind.code)
def test_what_only_its_own_services_open_has_no_other_way_in(kind) -> None:
    assert kind.opened_by in operations(), "the operation that opens it is there"
    assert f"open_{kind.code}" not in operations()
    assert ("post", f"/api/v1/work/{kind.code}") not in {(method, path) for method, path, _one in operations().values()}


@pytest.mark.parametrize("kind", list(registry.kinds()), ids=lambda kind: kind.code)
def test_every_kind_has_the_operations_of_its_pages(kind) -> None:
    pages = {name: names for name, names in EACH_KIND.items() if name != "create" or not kind.opened_by}
    wanted = [*pages.values(), *(EACH_IMPORT.values() if importers_of(kind.code) else ())]
    assert {name.format(kind.code) for names in wanted for name in names} <= set(operations())


@pytest.mark.parametrize("register", list(registry.registers()), ids=lambda register: register.code)
def test_every_register_has_the_operations_of_its_pages(register) -> None:
    wanted = {name.format(register.code) for names in EACH_REGISTER.values() for name in names}
    assert wanted <= set(operations())


def pages() -> list[tuple[str, Page]]:
    """Every hand-made page with its module's code."""
    return [(module.code, page) for module in registry.modules() for page in module.pages]


@pytest.fixture
def everybody(db, settings) -> Client:
    """Somebody who holds every role: for them every page exists."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    who = factories.user("supervisor")
    for role in ROLES:
        Membership.objects.get_or_create(user=who, agency=Agency.objects.get(), role=role.code)
    client = Client()
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(("module", "page"), pages(), ids=lambda part: getattr(part, "name", part))
def test_a_page_that_takes_something_names_the_operation_that_does_the_same(everybody, module, page) -> None:
    filled = {name: 0 if kind == "int" else "none" for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", page.path)}
    takes = everybody.post(reverse(f"{module}:{page.name}", kwargs=filled or None)).status_code != 405
    assert bool(page.operation) is takes, "declare Page.operation for what is posted, and only for that"
    if takes:
        assert operations()[page.operation][0] != "get"


def test_what_lists_may_be_narrowed_by_on_pages_they_may_be_by_machines() -> None:
    for shelf, prefix in (*((kind, "list_") for kind in registry.kinds()), *_shelves()):
        declared = {f"f.{field.name}" for field in shelf.fields if field.in_filter}
        given = {one["name"] for one in operations()[prefix + shelf.code][2]["parameters"] if one["name"][:2] == "f."}
        assert given == declared


def test_every_operation_says_how_it_may_be_refused() -> None:
    for name, (method, _path, one) in operations().items():
        said = {int(status) for status in one["responses"]}
        assert {401, 403, 404, 422, 503} <= said, name
        assert any(200 <= status < 300 for status in said), name
        assert method in ("get", "post", "put", "patch", "delete")


def _shelves() -> list[tuple[Any, str]]:
    return [(register, "list_register_") for register in registry.registers()]
