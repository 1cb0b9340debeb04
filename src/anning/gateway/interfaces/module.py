"""What the interfaces declare beside their own addresses: operations of the JSON API."""

from django.utils.translation import gettext_lazy as _

from anning.kernel.contract.module import Module

MODULE = Module(
    code="interfaces",
    title=_("Interfaces"),
    api="anning.gateway.interfaces.api.router",
    icon="link",
)
