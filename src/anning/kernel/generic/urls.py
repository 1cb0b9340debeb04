"""URLs assembled from the modules' declarations."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from anning.kernel.contract import registry
from anning.kernel.contract.module import Module, Page

shell_patterns: list[URLPattern] = []


def module_patterns() -> list[URLResolver]:
    """One URL namespace per module: its hand-made pages first, then the generic ones of its kinds and registers."""
    return [path(f"{module.code}/", include((_pages(module), module.code))) for module in registry.modules()]


def _pages(module: Module) -> list[URLPattern]:
    return [path(page.path, _view(page), name=page.name) for page in module.pages]


def _view(page: Page) -> object:
    package, name = page.view.rsplit(".", 1)
    return getattr(import_module(package), name)
