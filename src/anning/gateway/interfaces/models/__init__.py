"""What was exchanged with other systems and told the public."""

from anning.gateway.interfaces.models.alert import Message, PublicAlert
from anning.gateway.interfaces.models.handover import Handover
from anning.gateway.interfaces.models.webhook import Delivery, Sending, Subscription

__all__ = ["Delivery", "Handover", "Message", "PublicAlert", "Sending", "Subscription"]
