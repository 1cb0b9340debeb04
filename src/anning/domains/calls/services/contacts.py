"""Looking at a caller's contact details, for a stated purpose, leaving a trace."""

from django.utils.translation import gettext as _

from anning.domains.calls.selectors.incident import call_with_contact
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import CONTACT
from anning.kernel.people.services import OpenContact, read
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.items import require

LEAST_PURPOSE = 4
"""Characters a purpose must have to say anything."""


def reveal_contact(viewer: Viewer, number: str, call_id: int, purpose: str) -> OpenContact:
    """The contact details of one call of an incident or matter, read for `purpose`.

    Raises:
        NotVisibleError: the item does not exist for the viewer, the call is not its own, or it has no contact.
        RefusedError: the role may not see contacts, or no purpose is stated.
    """
    item = find(viewer, number)
    require(viewer, item, registry.kind(item.kind), CONTACT)
    if len(purpose.strip()) < LEAST_PURPOSE:
        raise RefusedError(_("State what you need the contact details for."))
    call = call_with_contact(item, call_id)
    with writing():
        return read(viewer, call.contact_id or 0, purpose, subject=item.number)
