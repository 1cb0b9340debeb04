"""What was exchanged with other systems."""

from anning.gateway.interfaces.models.handover import Handover

__all__ = ["Handover"]
