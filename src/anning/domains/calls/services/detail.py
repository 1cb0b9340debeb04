"""Writing the particulars that stand beside a work item, inside the caller's transaction."""

from anning.domains.calls.models import Incident, Matter
from anning.kernel.work.models import Item


def set_detail(item: Item, **fields: object) -> None:
    """Set columns of the incident's or matter's own row."""
    model = Incident if item.kind == "incident" else Matter
    model.objects.filter(pk=item.pk).update(**fields)
