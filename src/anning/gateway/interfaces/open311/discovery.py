"""Service discovery: where this server's GeoReport v2 is and which forms it speaks."""

import json
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from anning.kernel.places.selectors import city
from anning.wire.open311.codec import FORMS, Form
from anning.wire.xml import fit, write

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-24T00:00:00+00:00"
"""When what these addresses offer last changed."""


def discovery(request: HttpRequest, form: Form) -> HttpResponse:
    """The discovery document."""
    base = request.build_absolute_uri(reverse("open311:services", kwargs={"form": form})).rpartition("/")[0]
    found = city()
    told = {
        "changeset": CHANGED,
        "contact": found.name if found else "",
        "key_service": "",
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": base,
                "changeset": CHANGED,
                "type": "production" if found and not found.is_demo else "test",
                "formats": [kind.partition(";")[0] for kind in FORMS.values()],
            }
        ],
    }
    body = json.dumps(told, ensure_ascii=False).encode() if form == "json" else _xml(told)
    return HttpResponse(body, headers={"Content-Type": FORMS[form]})


def _xml(told: Mapping[str, object]) -> bytes:
    root = Element("discovery")
    _fill(root, told)
    return write(root)


def _fill(parent: Element, value: object, each: str = "") -> None:
    if isinstance(value, dict):
        for name, inside in value.items():
            _fill(SubElement(parent, name), inside, name.rstrip("s"))
    elif isinstance(value, list):
        for inside in value:
            _fill(SubElement(parent, each), inside)
    else:
        parent.text = fit(str(value))
