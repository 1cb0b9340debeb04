"""The JSON API under `/api/v1/`, assembled from the modules."""

from importlib import import_module

from ninja import NinjaAPI

from anning.kernel.contract import registry

api = NinjaAPI(title="Anning", version="1", urls_namespace="api")
for _module in registry.modules():
    if _module.api:
        _package, _name = _module.api.rsplit(".", 1)
        api.add_router(f"/{_module.code}/", getattr(import_module(_package), _name))
