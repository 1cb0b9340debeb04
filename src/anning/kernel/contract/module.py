"""The only contract between a domain and the rest: one frozen `Module` per domain, in its `module.py`."""

from dataclasses import dataclass

from anning.kernel.contract.kinds import Kind, Register
from anning.kernel.contract.text import Text


@dataclass(frozen=True)
class Page:
    """A hand-made page: `path` below the module's own, the view's dotted path, and the roles it exists for."""

    name: str
    path: str
    view: str
    roles: frozenset[str]
    title: Text = ""
    in_menu: bool = False
    icon: str = "file"
    sample: tuple[tuple[str, str], ...] = ()
    """How tests fill the path's parameters: (parameter, kind code) pairs; the item's number is put in."""
    operation: str = ""
    """Id of the API operation that does what this page does; empty only for a page that shows and does nothing."""


@dataclass(frozen=True)
class Layer:
    """A layer of the city map: `source` is the dotted path of a selector (viewer, query) → GeoJSON features."""

    code: str
    title: Text
    source: str
    roles: frozenset[str]
    style: str = "points"


@dataclass(frozen=True)
class Indicator:
    """A figure counted from records: `source` is the dotted path of a selector (viewer, period) → Figure or Measure.

    `good` is -1 when a fall is good news, +1 when a rise is, 0 when neither is.
    """

    code: str
    title: Text
    unit: Text
    good: int
    source: str
    caveat: Text = ""


@dataclass(frozen=True)
class Importer:
    """A kind of file the domain takes in: `row` is the dotted path of a service that takes one mapped row."""

    code: str
    title: Text
    kind: str
    row: str
    mappings: str
    """Package holding the ready mappings (`*.toml`)."""
    reject_days: int = 30
    """How long a row that could not be taken is kept to be mended; it may name people."""


@dataclass(frozen=True)
class Retention:
    """How long rows of `model` are kept after `since_field`, and the service that ends them."""

    model: str
    since_field: str
    days: int
    reason: Text
    purge: str


@dataclass(frozen=True)
class LinkKind:
    """A kind of link on which a decision does more than mark the link, and the service that carries it out.

    `decide` is the dotted path of a service (viewer, link id, state, *, version, reason, now) → Link. Every page and
    operation that accepts, rejects or undoes a link of this kind goes through it; it marks the link itself with
    `work.services.links.settle`.
    """

    code: str
    decide: str


@dataclass(frozen=True)
class Module:
    """Everything the platform needs to know of one domain."""

    code: str
    title: Text
    kinds: tuple[Kind, ...] = ()
    registers: tuple[Register, ...] = ()
    pages: tuple[Page, ...] = ()
    api: str = ""
    """Dotted path of a ninja `Router` for operations the generic API does not have."""
    layers: tuple[Layer, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    importers: tuple[Importer, ...] = ()
    retention: tuple[Retention, ...] = ()
    links: tuple[LinkKind, ...] = ()
    """Kinds of links the domain decides on itself; all others are only marked and written to both timelines."""
    city_loader: str = ""
    """Dotted path of a service (city, now) that loads the domain's part of a city folder."""
    icon: str = "grid"
    quick_action: tuple[str, frozenset[str]] = ("", frozenset())
    """URL name of what people do most here, and the roles it is for: a button on every page."""
