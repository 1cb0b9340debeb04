"""What lists, layers and exports can be asked for."""

from dataclasses import replace

from ninja import Schema
from pydantic import Field as Bound

from anning.kernel.generic.api.schemas import Code, Line, Moment
from anning.kernel.generic.query import ListQuery

Declared = tuple[tuple[str, str], ...]


class FilterIn(Schema):
    """Filters of a kind of work."""

    q: Line = ""
    state: Code = ""
    open: bool = False
    priority: int | None = Bound(None, ge=1, le=4)
    category: Code = ""
    area: Code = ""
    since: Moment | None = None
    until: Moment | None = None

    def query(self, declared: Declared = ()) -> ListQuery:
        """The query these filters and the declared ones make."""
        return ListQuery(
            text=self.q.strip(),
            state=self.state,
            open_only=self.open,
            priority=self.priority,
            category=self.category,
            area=self.area,
            since=self.since,
            until=self.until,
            fields=declared,
        )


class ListIn(FilterIn):
    """Filters of a list, and the place in it."""

    cursor: Line = ""
    limit: int = Bound(50, ge=1, le=200)

    def query(self, declared: Declared = ()) -> ListQuery:
        """The query these filters, the declared ones and the place in the list make."""
        return replace(super().query(declared), cursor=self.cursor, limit=self.limit)


class LayerIn(FilterIn):
    """What of a kind is drawn (`bbox` is `west,south,east,north`), and how near."""

    bbox: Line = ""
    zoom: int = Bound(10, ge=0, le=24)


class RowsIn(Schema):
    """What of a register is asked for; `after` is the key after which the page begins."""

    q: Line = ""
    after: Line = ""
    limit: int = Bound(50, ge=1, le=200)

    def query(self, declared: Declared = ()) -> ListQuery:
        """The query this makes."""
        return ListQuery(text=self.q.strip(), cursor=self.after, limit=self.limit, fields=declared)
