"""What was exchanged with other systems and told the public."""

from anning.gateway.interfaces.models.alert import Message, PublicAlert
from anning.gateway.interfaces.models.handover import Handover

__all__ = ["Handover", "Message", "PublicAlert"]
