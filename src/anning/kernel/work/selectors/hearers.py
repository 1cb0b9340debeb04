"""Who is to hear of something that happened to an item."""

from datetime import datetime

from anning.kernel.contract.roles import ROLE_BY_CODE, Reach
from anning.kernel.org.models import User
from anning.kernel.org.selectors import crew, holders_on_duty
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import involved


def hearers(item: Item, role: str, at: datetime) -> list[User]:
    """The holders of `role` on duty at `at` for whom the item exists, as far as the role's sight reaches.

    A role that sees an area hears of what lies in it, one that sees its agency's work of what the agency takes part
    in, one that sees its unit's work of what the unit is sent to.
    """
    reach = ROLE_BY_CODE[role].reach
    if reach is Reach.AREA:
        return list(holders_on_duty(role, item.area_code, at, kind=item.kind))
    agencies, units = involved(item)
    if reach is Reach.AGENCY:
        return list(holders_on_duty(role, None, at, agencies, kind=item.kind)) if agencies else []
    return list({user.pk: user for unit in units for user in crew(unit, at)}.values())
