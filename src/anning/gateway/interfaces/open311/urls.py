"""The addresses of GeoReport v2."""

from django.urls import re_path

from anning.gateway.interfaces.open311 import pages
from anning.gateway.interfaces.open311.discovery import discovery

app_name = "open311"
_FORM = r"\.(?P<form>xml|json)$"

urlpatterns = [
    re_path(rf"^discovery{_FORM}", discovery, name="discovery"),
    re_path(rf"^v2/services{_FORM}", pages.service_list, name="services"),
    re_path(rf"^v2/services/(?P<code>[^/]+){_FORM}", pages.service_definition, name="service"),
    re_path(rf"^v2/requests{_FORM}", pages.requests, name="requests"),
    re_path(rf"^v2/requests/(?P<number>[^/]+){_FORM}", pages.one_request, name="request"),
    re_path(rf"^v2/tokens/(?P<token>[^/]+){_FORM}", pages.token, name="token"),
]
