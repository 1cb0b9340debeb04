"""What search finds incidents and matters by: what callers said and where they said it was."""

from collections import defaultdict
from collections.abc import Sequence

from anning.domains.calls.models import Call


def texts(item_ids: Sequence[int]) -> dict[int, str]:
    """The addresses and narratives of the calls of each item."""
    found: dict[int, list[str]] = defaultdict(list)
    for pk, address, narrative in Call.objects.filter(item_id__in=item_ids).values_list(
        "item_id", "address", "narrative"
    ):
        found[pk] += [address, narrative]
    return {pk: "\n".join(parts) for pk, parts in found.items()}
