"""Telling live desks of a row with what only this domain knows of it."""

from collections.abc import Sequence

from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import summary
from anning.kernel.work.services.events import publish


def tell_row(item: Item, verb: str, *, flags: Sequence[str], calls: int, agencies: Sequence[int] = ()) -> None:
    """Write the event of a new row: the summary every live page gets, with flags and the count of calls."""
    body = {**summary(item), "verb": verb, "flags": list(flags), "calls": calls}
    publish(f"work.{item.kind}", item.kind, item.area_code, body, list(agencies), [])
