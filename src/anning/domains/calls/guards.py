"""Why a move of the state tables is refused although the table has it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import ngettext

from anning.kernel.contract.text import Text


def no_open_joint_task(item: Any, data: Mapping[str, Any]) -> Text | None:
    """An incident closes when all agencies that were asked to join have finished."""
    left = item.joint_tasks.filter(item__closed_at=None).count()
    if not left:
        return None
    return ngettext(
        "%(count)d joint task is still open: finish or withdraw it first.",
        "%(count)d joint tasks are still open: finish or withdraw them first.",
        left,
    ) % {"count": left}
