"""The JSON API under `/api/v1/`, assembled from the modules' declarations."""

from importlib import import_module

from ninja import NinjaAPI

from anning.kernel.contract import registry
from anning.kernel.generic.api import errors, kinds, looking, me, places, registers
from anning.kernel.generic.api.auth import AUTH
from anning.project.faults import explain


def build() -> NinjaAPI:
    """The whole API: what is the same for all kinds and registers, then what modules add."""
    api = NinjaAPI(title="Anning", version="1", urls_namespace="api", auth=AUTH, docs_url=None)
    errors.install(api, explain)
    api.add_router("/me", me.routes)
    api.add_router("/places", places.routes)
    api.add_router("/search", looking.routes)
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
