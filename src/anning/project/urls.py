"""All URLs: assembled from the modules, nothing by hand."""

from django.urls import include, path
from django.views.i18n import set_language

from anning.kernel.generic.urls import module_patterns, shell_patterns
from anning.project.api import api

urlpatterns = [
    path("", include(shell_patterns)),
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", api.urls),
    *module_patterns(),
]
handler404 = "anning.project.errors.not_found"
handler500 = "anning.project.errors.server_error"
