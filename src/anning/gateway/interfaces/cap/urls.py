"""The addresses of public warnings."""

from django.urls import path

from anning.gateway.interfaces.cap import pages

app_name = "cap"
urlpatterns = [
    path("", pages.feed, name="feed"),
    path("<str:identifier>.xml", pages.document, name="document"),
]
