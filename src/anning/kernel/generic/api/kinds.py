"""The operations of one kind of work: list, get, open, move, edit, remark, timeline, links, files."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field as Bound
from pydantic import StringConstraints

from anning.kernel.contract.kinds import CREATE, Kind
from anning.kernel.generic.api import exports, files, imports, looking
from anning.kernel.generic.api.asked import ListIn
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.declared import asked, parameters
from anning.kernel.generic.api.problems import MOVES, PROBLEMS
from anning.kernel.generic.api.schemas import (
    ActIn,
    ChangeOut,
    Code,
    Data,
    DecideIn,
    DetailOut,
    ItemOut,
    Latitude,
    Line,
    LinkOut,
    Longitude,
    NoteIn,
    PageOut,
    RowId,
    Text,
    VerbOut,
    Version,
    change_out,
    clock_out,
    file_out,
    item_out,
    link_out,
    plain,
    task_out,
)
from anning.kernel.generic.selectors import items_page, kind_for, links_of, particulars
from anning.kernel.generic.services import edit_work, open_work
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find, timeline, verbs_for
from anning.kernel.work.services import items, links


class OpenIn(Schema):
    """A new item. `source_key` makes a retry find the item it already made."""

    title: Annotated[Line, StringConstraints(min_length=1)]
    priority: int = Bound(3, ge=1, le=4)
    category: Code = ""
    lon: Longitude | None = None
    lat: Latitude | None = None
    source_key: Annotated[Text, StringConstraints(min_length=1, max_length=60)] | None = None
    fields: Data = {}


class EditIn(Schema):
    """Columns to change, with the version the person saw."""

    version: Version | None = None
    reason: Text = ""
    title: Annotated[Line, StringConstraints(min_length=1)] | None = None
    priority: int | None = Bound(None, ge=1, le=4)
    category: Code | None = None
    lon: Longitude | None = None
    lat: Latitude | None = None


def router(kind: Kind) -> Router:
    """The routes of `kind`; each operation's id ends with the kind's code."""
    routes = Router(tags=[kind.code])
    for add in (imports.add, looking.add, exports.add, _reading, _opening, _writing, _talking, _linking, files.add):
        add(routes, kind)
    return routes


def _reading(routes: Router, kind: Kind) -> None:
    @routes.get(
        "",
        response={200: PageOut, **PROBLEMS},
        operation_id=f"list_{kind.code}",
        openapi_extra=parameters(kind.fields),
    )
    def list_items(request: HttpRequest, given: Query[ListIn]) -> PageOut:
        """The kind's items, newest first."""
        seer = asking(request)
        page = items_page(seer, kind_for(seer, kind.code), given.query(asked(request)))
        return PageOut(items=[item_out(item) for item in page.rows], next=page.next or None)

    @routes.get("/{number}", response={200: DetailOut, **PROBLEMS}, operation_id=f"get_{kind.code}")
    def get_item(request: HttpRequest, number: str) -> DetailOut:
        """One item with its particulars."""
        return _detail(request, find(asking(request), number, kind=kind.code))

    @routes.get("/{number}/timeline", response={200: list[ChangeOut], **PROBLEMS}, operation_id=f"timeline_{kind.code}")
    def get_timeline(request: HttpRequest, number: str) -> list[ChangeOut]:
        """Everything that happened to the item, oldest first."""
        return [change_out(change) for change in timeline(find(asking(request), number, kind=kind.code))]


def _opening(routes: Router, kind: Kind) -> None:
    if kind.opened_by:
        return

    @routes.post("", response={201: ItemOut, **PROBLEMS}, operation_id=f"open_{kind.code}")
    def open_item(request: HttpRequest, given: OpenIn) -> Status[ItemOut]:
        """Open an item of this kind."""
        seer = asking(request)
        draft = items.Draft(**given.dict(exclude={"fields"}))
        return Status(201, item_out(open_work(seer, kind_for(seer, kind.code, CREATE), draft, given.fields)))


def _writing(routes: Router, kind: Kind) -> None:
    @routes.post("/{number}/act/{verb}", response={200: ItemOut, **MOVES}, operation_id=f"act_{kind.code}")
    def act(request: HttpRequest, number: str, verb: str, given: Body[ActIn]) -> ItemOut:
        """Make a move of the kind's state table."""
        seer = asking(request)
        find(seer, number, kind=kind.code)
        moved = items.act(seer, number, verb, version=given.version, reason=given.reason, data=given.data)
        return item_out(moved)

    @routes.patch("/{number}", response={200: ItemOut, **MOVES}, operation_id=f"edit_{kind.code}")
    def edit(request: HttpRequest, number: str, given: EditIn) -> ItemOut:
        """Change title, priority, category or place."""
        seer = asking(request)
        find(seer, number, kind=kind.code)
        fields = given.dict(exclude={"version", "reason"}, exclude_none=True)
        return item_out(edit_work(seer, number, fields, version=given.version, reason=given.reason))


def _talking(routes: Router, kind: Kind) -> None:
    @routes.post("/{number}/notes", response={201: ItemOut, **PROBLEMS}, operation_id=f"note_{kind.code}")
    def note(request: HttpRequest, number: str, given: NoteIn) -> Status[ItemOut]:
        """Add a remark to the timeline."""
        seer = asking(request)
        find(seer, number, kind=kind.code)
        return Status(201, item_out(items.note(seer, number, given.text)))


def _linking(routes: Router, kind: Kind) -> None:
    @routes.post("/{number}/links/{link_id}", response={200: LinkOut, **MOVES}, operation_id=f"decide_link_{kind.code}")
    def decide(request: HttpRequest, number: str, link_id: RowId, given: DecideIn) -> LinkOut:
        """Accept, reject or undo a link of the item."""
        seer = asking(request)
        item = find(seer, number, kind=kind.code)
        if link_id not in {link.pk for link in links_of(seer, item)}:
            raise NotVisibleError(str(link_id))
        return link_out(links.decide(seer, link_id, given.state, version=given.version, reason=given.reason))


def _detail(request: HttpRequest, item: Item) -> DetailOut:
    seer = asking(request)
    return DetailOut(
        **item_out(item).dict(),
        fields={
            name: value if isinstance(value, list | dict) else plain(value) for name, value in particulars(item).items()
        },
        verbs=[
            VerbOut(verb=move.verb, title=str(move.title), needs_reason=move.needs_reason)
            for move in verbs_for(seer, item)
        ],
        clocks=[clock_out(clock) for clock in item.clocks.all()],
        tasks=[task_out(task) for task in item.tasks.select_related("unit")],
        links=[link_out(link) for link in links_of(seer, item)],
        attachments=[file_out(file) for file in item.attachments.all()],
    )
