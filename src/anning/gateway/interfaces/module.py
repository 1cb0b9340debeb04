"""What the interfaces declare beside their own addresses: operations of the JSON API."""

from django.utils.translation import gettext_lazy as _

from anning.kernel.contract.module import Module, Retention

MODULE = Module(
    code="interfaces",
    title=_("Interfaces"),
    api="anning.gateway.interfaces.api.router",
    retention=(
        Retention(
            "interfaces.Subscription",
            "keep_until",
            1,
            _("an address that is told of changes, with the secret that signs what is sent"),
            "anning.gateway.interfaces.webhooks.services.purge_subscriptions",
        ),
        Retention(
            "interfaces.Delivery",
            "made_at",
            30,
            _("what was sent to other systems, kept to find out what went wrong"),
            "anning.gateway.interfaces.webhooks.services.purge_deliveries",
        ),
    ),
    icon="link",
)
