"""The product's URLs with the bare POST beside them."""

from django.urls import path

from anning.project.urls import handler404, handler500
from anning.project.urls import urlpatterns as product
from benchmarks.bare.views import post

urlpatterns = [path("bare", post), *product]
__all__ = ["handler404", "handler500", "urlpatterns"]
