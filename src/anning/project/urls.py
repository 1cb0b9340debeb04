"""All URLs: assembled from the modules, nothing by hand but what the account package has and the platform has not."""

from django.urls import include, path, re_path
from django.views.i18n import set_language

from anning.gateway.interfaces.urls import interface_patterns
from anning.kernel.generic.urls import generic_patterns, module_patterns
from anning.project.api import api
from anning.project.signin import closed

CLOSED = (
    r"^accounts/(signup|inactive|email|confirm-email|login/code|password/(set|reset)"
    r"|(3rdparty|social)/(signup|connections)|3rdparty/$)"
)
"""Signing up, e-mail addresses and forgotten passwords: users are made, and given a new password, by the city."""

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include(generic_patterns())),
    re_path(CLOSED, closed),
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    *module_patterns(),
    *interface_patterns(),
]
handler404 = "anning.project.errors.not_found"
handler500 = "anning.project.errors.server_error"
