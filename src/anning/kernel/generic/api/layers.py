"""The layers of the city map that modules declare."""

from django.http import HttpRequest
from ninja import Query, Router, Schema

from anning.kernel.contract.text import heading
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.looking import LayerOut
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import Code
from anning.kernel.generic.layers import declared, declared_features

routes = Router(tags=["layers"])


class DeclaredOut(Schema):
    """A layer one may ask for."""

    module: str
    layer: str
    title: str
    style: str


class AreaIn(Schema):
    """The area to which a layer is narrowed."""

    area: Code = ""


@routes.get("", response={200: list[DeclaredOut], **PROBLEMS}, operation_id="layers")
def layers(request: HttpRequest) -> list[DeclaredOut]:
    """The layers that exist for you beside those of each kind of work."""
    return [
        DeclaredOut(module=module, layer=layer.code, title=heading(layer.title), style=layer.style)
        for module, layer in declared(asking(request))
    ]


@routes.get("/{module}/{layer}", response={200: LayerOut, **PROBLEMS}, operation_id="layer")
def layer(request: HttpRequest, module: str, layer: str, given: Query[AreaIn]) -> LayerOut:
    """What a layer draws, within what exists for you."""
    found = declared_features(asking(request), module, layer, {"area": given.area} if given.area else {})
    return LayerOut(type="FeatureCollection", features=found)
