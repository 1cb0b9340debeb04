"""What import-linter cannot see: foreign keys named by text, and templates that include one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "anning"
LAYERS = ["engines", "wire", "scale", "kernel", "domains", "gateway", "project"]  # low to high
KERNEL = [
    *("contract", "audit", "people", "org", "places", "access"),
    *("work", "travel", "search", "figures", "importing", "generic"),
]
USE = re.compile(r"""{%-?\s*(extends|include)\s+["']([^"']+)["']""")
REFERENCE = re.compile(r"""(?:ForeignKey|OneToOneField|ManyToManyField)\(\s*["']([a-z_]+)\.[A-Z]""")

pytestmark = pytest.mark.static


def fault(source: str, target: str) -> str | None:
    """Why `source` (a dotted app) may not lean on `target`; None where it may."""
    here, there = source.split(".")[1:], target.split(".")[1:]
    if here[:2] == there[:2]:
        return None
    if LAYERS.index(here[0]) < LAYERS.index(there[0]):
        return f"{source} lies below {target}"
    if here[0] == there[0] == "domains":
        return f"{source} and {target} are both domains"
    if here[0] == there[0] == "kernel" and KERNEL.index(here[1]) < KERNEL.index(there[1]):
        return f"{source} lies below {target} in the kernel"
    return None


@pytest.mark.parametrize(
    ("source", "target", "wrong"),
    [
        ("anning.kernel.work", "anning.kernel.work", False),
        ("anning.kernel.work", "anning.kernel.org", False),
        ("anning.kernel.org", "anning.kernel.work", True),
        ("anning.kernel.generic", "anning.domains.calls", True),
        ("anning.domains.calls", "anning.kernel.generic", False),
        ("anning.domains.calls", "anning.domains.sea", True),
        ("anning.project", "anning.domains.sea", False),
        ("anning.gateway", "anning.project", True),
    ],
)
def test_the_rule_itself(source: str, target: str, wrong: bool) -> None:
    assert (fault(source, target) is not None) is wrong


def test_the_order_names_every_part_of_the_kernel() -> None:
    there = {path.name for path in (SOURCE / "kernel").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert there == set(KERNEL)


def test_foreign_keys_obey_the_direction_of_imports() -> None:
    from django.apps import apps

    seen, wrong = 0, []
    for model in apps.get_models(include_auto_created=True):
        source = model._meta.app_config.name
        if not source.startswith("anning."):
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            name = target._meta.app_config.name if target else ""
            if not name.startswith("anning."):
                continue
            seen += 1
            why = fault(source, name)
            if why:
                wrong.append(f"{model.__name__}.{field.name}: {why}")
    assert seen > 10
    assert wrong == []


def references(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each relation that a source file names by text: the file and the app's label."""
    for path in sorted(folder.rglob("models*.py")) + sorted(folder.rglob("models/*.py")):
        for label in REFERENCE.findall(path.read_text("utf-8")):
            yield path, label


def test_relations_named_by_text_lead_to_installed_apps() -> None:
    from django.apps import apps

    labels = {config.label for config in apps.get_app_configs()}
    assert [(str(path), label) for path, label in references(SOURCE) if label not in labels] == []


def app_of(path: Path) -> str:
    """The app (`anning.kernel.work`, `anning.project`) that a file of the source tree belongs to."""
    parts = path.relative_to(SOURCE).parts
    return ".".join(("anning", *parts[: 2 if parts[0] in ("kernel", "domains", "gateway") else 1]))


def templates() -> dict[str, list[Path]]:
    """Every template by the name it is loaded under."""
    found: dict[str, list[Path]] = {}
    for path in sorted(SOURCE.rglob("templates/**/*.*")):
        below = path.relative_to(SOURCE).parts
        name = "/".join(below[below.index("templates") + 1 :])
        if path.is_file():
            found.setdefault(name, []).append(path)
    return found


def test_no_two_templates_share_a_name() -> None:
    shared = {name: [app_of(path) for path in paths] for name, paths in templates().items() if len(paths) > 1}
    assert shared == {}


def template_fault(source: str, target: str) -> str | None:
    """Why a template of `source` may not use one of `target`.

    The base pages and the design system's pieces belong to `project` and are everybody's; apart from them
    the direction of imports holds.
    """
    return None if target == "anning.project" else fault(source, target)


def test_the_template_rule_itself() -> None:
    assert template_fault("anning.domains.calls", "anning.project") is None
    assert template_fault("anning.domains.calls", "anning.domains.sea") is not None
    assert template_fault("anning.kernel.generic", "anning.domains.sea") is not None


def test_templates_use_no_other_domain_and_nothing_above_them() -> None:
    known = templates()
    seen, wrong = 0, []
    for paths in known.values():
        for path in paths:
            for verb, name in USE.findall(path.read_text("utf-8")):
                for target in known.get(name, []):
                    seen += 1
                    why = template_fault(app_of(path), app_of(target))
                    if why:
                        wrong.append(f"{path.relative_to(SOURCE)} {verb} {name}: {why}")
    assert seen > 10
    assert wrong == []


def test_code_renders_no_template_of_another_domain() -> None:
    known = templates()
    wrong = []
    for path in sorted((SOURCE / "domains").rglob("*.py")):
        for name in re.findall(r"""["']([\w/-]+\.html)["']""", path.read_text("utf-8")):
            for target in known.get(name, []):
                why = template_fault(app_of(path), app_of(target))
                if why:
                    wrong.append(f"{path.relative_to(SOURCE)} renders {name}: {why}")
    assert wrong == []
