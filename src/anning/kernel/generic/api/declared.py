"""The filter fields a kind or register declares, as parameters `f.<name>` of its list, layer and export."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from anning.kernel.contract.kinds import Field
from anning.kernel.generic.query import ListQuery


def parameters(fields: Iterable[Field]) -> dict[str, Any]:
    """What the OpenAPI document says of the declared filter fields."""
    return {"parameters": [_parameter(field) for field in fields if field.in_filter]}


def asked(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """The declared filter fields a request names, with the values asked for."""
    return ListQuery.read(request.GET.dict()).fields


def _parameter(field: Field) -> dict[str, Any]:
    return {
        "in": "query",
        "name": f"f.{field.name}",
        "required": False,
        "description": f"Only with this value of the declared field `{field.name}`.",
        "schema": {"type": "string", "maxLength": 200},
    }
