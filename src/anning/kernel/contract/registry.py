"""The modules of this city, found once from the installed domains; everything else asks here."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from anning.kernel.contract.kinds import Kind, Register
from anning.kernel.contract.module import LinkKind, Module


class UnknownKindError(LookupError):
    """No installed module declares the kind or register asked for."""


@cache
def modules() -> tuple[Module, ...]:
    """Every installed application's `MODULE`, in the order of the settings.

    Raises:
        ValueError: two kinds share a code or a number prefix, or two registers or link kinds a code.
    """
    found = []
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.module"):
            found.append(import_module(f"{config.name}.module").MODULE)
    check_unique(found)
    return tuple(found)


def kinds() -> Iterator[Kind]:
    """Every declared kind of work."""
    return (kind for module in modules() for kind in module.kinds)


def registers() -> Iterator[Register]:
    """Every declared register."""
    return (register for module in modules() for register in module.registers)


@cache
def kind(code: str) -> Kind:
    """The kind called `code`. Raises `UnknownKindError`."""
    for candidate in kinds():
        if candidate.code == code:
            return candidate
    raise UnknownKindError(f"no installed module declares the kind of work {code!r}")


@cache
def kind_by_prefix(prefix: str) -> Kind:
    """The kind whose numbers start with `prefix`. Raises `UnknownKindError`."""
    for candidate in kinds():
        if candidate.prefix == prefix:
            return candidate
    raise UnknownKindError(f"no kind of work has numbers starting with {prefix!r}")


@cache
def register(code: str) -> Register:
    """The register called `code`. Raises `UnknownKindError`."""
    for candidate in registers():
        if candidate.code == code:
            return candidate
    raise UnknownKindError(f"no installed module declares the register {code!r}")


@cache
def link_kind(code: str) -> LinkKind | None:
    """The declaration of the link kind called `code`; None for one no domain decides on itself."""
    return next((one for module in modules() for one in module.links if one.code == code), None)


def check_unique(found: Sequence[Module]) -> None:
    """Refuse modules that give two things one name. Raises `ValueError`, naming what is there twice."""
    codes = [kind.code for module in found for kind in module.kinds]
    prefixes = [kind.prefix for module in found for kind in module.kinds]
    shelves = [register.code for module in found for register in module.registers]
    links = [link.code for module in found for link in module.links]
    for values, what in (
        (codes, "kinds of work share the code"),
        (prefixes, "kinds of work share the number prefix"),
        (shelves, "registers share the code"),
        (links, "link kinds share the code"),
    ):
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise ValueError(f"{what} {sorted(twice)}")
