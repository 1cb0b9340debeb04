"""The JSON API under `/api/v1/`, assembled from the modules' declarations."""

from importlib import import_module
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from anning.kernel.contract import registry
from anning.kernel.generic.api import errors, figures, kinds, layers, looking, me, places, registers
from anning.kernel.generic.api.auth import AUTH
from anning.kernel.generic.api.problems import MOVES, PROBLEMS
from anning.project.faults import explain

_SCHEMA = "#/components/schemas/"


class Api(NinjaAPI):
    """An API whose operations have lasting ids, and each of which says how it may be refused."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`<module>_<name>` for operations that name no id of their own: those of the domains."""
        package, _dot, _file = operation.view_func.__module__.partition(".api")
        return f"{package.rpartition('.')[2]}_{operation.view_func.__name__}"

    def get_openapi_schema(self, **options: Any) -> Any:
        """The document; an operation that declares no refusals has those every operation may answer with."""
        document = super().get_openapi_schema(**options)
        for methods in document["paths"].values():
            for method, operation in methods.items():
                for status, model in (PROBLEMS if method == "get" else MOVES).items():
                    operation["responses"].setdefault(status, _refusal(model.__name__))
        return document


def _refusal(model: str) -> dict[str, Any]:
    return {"description": "Refused", "content": {"application/json": {"schema": {"$ref": _SCHEMA + model}}}}


def build() -> Api:
    """The whole API: what is the same for all kinds and registers, then what modules add."""
    api = Api(title="Anning", version="1", urls_namespace="api", auth=AUTH, docs_url=None)
    errors.install(api, explain)
    api.add_router("/me", me.routes)
    api.add_router("/places", places.routes)
    api.add_router("/search", looking.routes)
    api.add_router("/figures", figures.routes)
    api.add_router("/layers", layers.routes)
    for module in registry.modules():
        if module.api:
            package, name = module.api.rsplit(".", 1)
            api.add_router(f"/{module.code}", getattr(import_module(package), name))
    for kind in registry.kinds():
        api.add_router(f"/work/{kind.code}", kinds.router(kind))
    for register in registry.registers():
        api.add_router(f"/registers/{register.code}", registers.router(register))
    return api


api = build()
