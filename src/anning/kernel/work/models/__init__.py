"""The tables of work: items, their timeline, clocks, people sent, links and files."""

from anning.kernel.work.models.clock import Alert, Clock, ClockLimit
from anning.kernel.work.models.file import Attachment
from anning.kernel.work.models.item import Change, Event, Item
from anning.kernel.work.models.link import Link
from anning.kernel.work.models.task import Share, Task

__all__ = ["Alert", "Attachment", "Change", "Clock", "ClockLimit", "Event", "Item", "Link", "Share", "Task"]
