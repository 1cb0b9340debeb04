"""The engines import without Django, and reach for no file, clock, network or global randomness."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import anning.engines

ROOT = Path(anning.engines.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
IMPORT_ALL = """
import pkgutil, sys, importlib

class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "django":
            raise ModuleNotFoundError(f"{name} is blocked", name=name)

sys.meta_path.insert(0, Refused())
import anning.engines as engines
found = [m.name for m in pkgutil.walk_packages(engines.__path__, "anning.engines.")]
for name in found:
    importlib.import_module(name)
assert not [name for name in sys.modules if name.partition(".")[0] == "django"]
outside = [n for n in sys.modules if n.startswith("anning.") and not n.startswith("anning.engines")]
assert not outside, outside
print(len(found))
"""
FORBIDDEN = {
    "django",
    "os",
    "io",
    "pathlib",
    "socket",
    "time",
    "random",
    "logging",
    "subprocess",
    "urllib",
    "secrets",
}


def test_all_engine_modules_import_without_django_and_without_the_rest_of_anning():
    ran = subprocess.run([sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    modules = [path for path in MODULES if path != ROOT / "__init__.py"]
    assert int(ran.stdout) == len(modules)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_engine_reaches_for_files_clock_network_or_global_randomness(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reached = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            reached |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            reached.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in {"open", "print", "input"} or name.endswith((".now", ".utcnow", ".today")):
                reached.add(name)
            if name == "np.random.default_rng" and not node.args:
                reached.add("np.random.default_rng()")
            if name.startswith("np.random.") and name not in {"np.random.default_rng", "np.random.Generator"}:
                reached.add(name)
    assert not reached & FORBIDDEN
    assert not {name for name in reached if "." in name or name in {"open", "print", "input"}}
