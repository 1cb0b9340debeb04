"""The addresses of OGC API Features."""

from django.urls import path

from anning.gateway.interfaces.ogc import pages

app_name = "ogc"
_ONE = "collections/<str:code>"
urlpatterns = [
    path("", pages.landing, name="landing"),
    path("conformance", pages.conformance, name="conformance"),
    path("api", pages.api, name="api"),
    path("collections", pages.collections, name="collections"),
    path(_ONE, pages.collection, name="collection"),
    path(f"{_ONE}/queryables", pages.queryables, name="queryables"),
    path(f"{_ONE}/items", pages.items, name="items"),
    path(f"{_ONE}/items/<str:feature>", pages.item, name="item"),
]
