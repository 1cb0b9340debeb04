"""The city and the declared kind of the generic pages' tests."""

from tests.kernel.generic.conftest import _declared, _light, here, supervisor

__all__ = ["_declared", "_light", "here", "supervisor"]
