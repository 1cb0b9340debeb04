"""Kinds of work and registers of things: what the generic pages, the API and access are built from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from anning.kernel.contract.clocks import ClockRule
from anning.kernel.contract.roles import COMMAND, READERS
from anning.kernel.contract.states import StateTable
from anning.kernel.contract.text import Text

VIEW, CREATE, EDIT, EXPORT, IMPORT, LINK, CONTACT = (
    "view",
    "create",
    "edit",
    "export",
    "import",
    "link",
    "contact",
)
"""Permissions a kind or register grants; a verb's own roles stand in its state table."""


@dataclass(frozen=True)
class Field:
    """A field of a detail model as people see it: in lists, on the page, in forms, filters and exports.

    `name` is a model field or a path over one relation (`item__opened_at`).
    """

    name: str
    title: Text
    in_list: bool = True
    in_form: bool = True
    in_filter: bool = False
    in_search: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of work: one state table, its clocks, its permissions and the model holding its particulars.

    `code` is unique in the city (`incident`), `prefix` starts its numbers (`JQ`), `detail` names a model with a
    one-to-one `item` to `work.Item` (empty when the item itself says all). `may` maps a permission to roles.
    """

    code: str
    title: Text
    plural: Text
    prefix: str
    table: StateTable
    may: Mapping[str, frozenset[str]]
    clocks: tuple[ClockRule, ...] = ()
    detail: str = ""
    fields: tuple[Field, ...] = ()
    retention_days: int = 3 * 365
    page: str = ""
    """URL name of a hand-made page for one item (takes `number`); empty for the generic page."""
    opened_by: str = ""
    """Id of the operation that opens items where only the domain's own services may (an incident comes of a call); then
    neither the generic page nor the generic API has a "new". Empty: whoever `may` create opens one there."""
    icon: str = "file"
    text_source: str = ""
    """Dotted path of a selector (item ids) → {id: text}: what search finds an item by, beside number and title."""
    categories: str = ""
    """Dotted path of a selector () → {code: name}: what an item's category means, in the language in force."""
    parts: str = ""
    """Name of the item's relation to the records it was made of (an incident's `calls`): figures count them too."""


DEFAULT_MAY: Mapping[str, frozenset[str]] = {
    VIEW: READERS,
    CREATE: COMMAND,
    EDIT: COMMAND,
    LINK: COMMAND,
    EXPORT: frozenset({"supervisor", "analyst"}),
    IMPORT: frozenset({"supervisor", "administrator"}),
}


@dataclass(frozen=True)
class Register:
    """A plain model with generic pages: sites, units, waters, counters.

    `model` is `app_label.Model`; `area_field` names its field holding an area code, by which access is judged.
    """

    code: str
    model: str
    title: Text
    plural: Text
    fields: tuple[Field, ...]
    may: Mapping[str, frozenset[str]]
    area_field: str = "area_code"
    key_field: str = "code"
    icon: str = "inbox"
    point_fields: tuple[str, str] | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
