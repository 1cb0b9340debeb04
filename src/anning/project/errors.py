"""The pages of last resort."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What does not exist for the viewer, whatever the reason."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of the platform itself."""
    return render(request, "500.html", status=500)
