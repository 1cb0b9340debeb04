"""What the viewer's roles open: the modules' pages, the lists of work, the map, the registers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.contract.module import Module
from anning.kernel.contract.text import Text, heading

_KEYS = "dujwmtrcefhilopqsvxyzabgkn0123456789"
"""Letters for `g` shortcuts where the first of a page's name is taken."""


@dataclass(frozen=True)
class Entry:
    """A line of the menu. `key` is the letter that, after `g`, goes there."""

    title: Text
    url: str
    icon: str
    key: str
    active: bool


def entries(viewer: Viewer, path: str = "") -> list[Entry]:
    """The menu of a viewer: pages first, then lists of work, the map, the registers.

    The entry that `path` lies deepest in is the active one.
    """
    made: list[Entry] = []
    found = list(_places(viewer))
    here = max((url for _t, url, *_rest in found if path.startswith(url)), key=len, default="")
    for title, url, icon, code in found:
        taken = {entry.key for entry in made}
        key = next((letter for letter in code + _KEYS if letter.isalnum() and letter not in taken), "")
        made.append(Entry(heading(title), url, icon, key, url == here))
    return made


def quick_action(viewer: Viewer) -> str:
    """The address of what the viewer does most, by the first module that declares such; empty when none does."""
    for module in registry.modules():
        name, who = module.quick_action
        if name and viewer.holds(who):
            return reverse(name)
    return ""


def _places(viewer: Viewer) -> Iterator[tuple[Text, str, str, str]]:
    for module in registry.modules():
        yield from _pages(module, viewer)
    for kind in registry.kinds():
        if viewer.scope(kind, VIEW):
            yield kind.plural, reverse("generic:list", args=[kind.code]), kind.icon, kind.code
    if any(viewer.scope(kind, VIEW) for kind in registry.kinds()):
        yield _("City map"), reverse("generic:map"), "map", "map"
    if any(viewer.scope(register, VIEW).areas for register in registry.registers()):
        yield _("Registers"), reverse("generic:registers"), "inbox", "registers"


def _pages(module: Module, viewer: Viewer) -> Iterator[tuple[Text, str, str, str]]:
    for page in module.pages:
        if page.in_menu and viewer.holds(page.roles):
            yield page.title, reverse(f"{module.code}:{page.name}"), page.icon, page.name
