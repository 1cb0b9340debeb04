"""What the codes of a kind of work are called."""

from importlib import import_module

from anning.kernel.contract.kinds import Kind


def category_names(kind: Kind) -> dict[str, str]:
    """What the kind's categories are called, in the order of its catalogue; empty when it declares none."""
    if not kind.categories:
        return {}
    package, name = kind.categories.rsplit(".", 1)
    found: dict[str, str] = getattr(import_module(package), name)()
    return found
