"""Measure the source tree against the house's aims: sizes, docstrings, types, tests, cycles, writes in views.

Figures are taken from the syntax trees of `src/anning`, migrations left out. A line is any line that is
neither empty nor a comment alone; a function's length is counted from its first line to its last, without
decorators and docstring.
"""

from __future__ import annotations

import ast
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "anning"
TESTS = ROOT / "tests"
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# `update` and the like are also methods of dictionaries, hashes and locals: what they are called on tells.
MANAGERS = re.compile(r"objects|_set\b|\.filter\(|\.all\(|\.exclude\(|\bqueryset\b|\.order_by\(")
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma|nosec|ruff:\s*noqa|mypy:\s*ignore)")
REASON = re.compile(
    r"#\s*(?:noqa(?::[\sA-Z0-9,]+)?|type:\s*ignore(?:\[[^\]]*\])?|pragma:[\w\s]+)\s*[#—–-]\s*(?!noqa|type:)\S"
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def source_lines(text: str) -> int:
    """Count the lines of `text` that are neither empty nor a comment alone."""
    return sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of `values` lie, by the nearest rank; 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return float(ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))])


@dataclass(frozen=True)
class Module:
    """One source file: its path, its dotted name and its text."""

    path: Path
    name: str
    text: str = field(repr=False)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, str(self.path))

    @property
    def parts(self) -> tuple[str, ...]:
        """The dotted name's parts below `anning`."""
        return tuple(self.name.split(".")[1:])

    @property
    def lines(self) -> int:
        """How many lines the file has, empty ones and comments included (what a reader scrolls through)."""
        return len(self.text.splitlines())

    def functions(self) -> Iterator[Function]:
        """Yield every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node


def modules(folder: Path = SOURCE) -> list[Module]:
    """Read every Python file below `folder`, migrations left out."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        parts = path.relative_to(folder.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(path, name, path.read_text("utf-8")))
    return found


def function_length(node: Function) -> int:
    """Return the lines of a function without its decorators and docstring."""
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        first = node.body[0]
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def public_nodes(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield what a reader may call, with its name: the module, public classes and functions, public methods.

    Nested classes such as Django's `Meta`, properties' setters and overloads are no part of it.
    """
    yield module.name, module.tree
    scopes: list[tuple[str, ast.Module | ast.ClassDef]] = [(module.name, module.tree)]
    while scopes:
        prefix, scope = scopes.pop()
        for node in scope.body:
            if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_") or node.name == "Meta":
                continue
            if any(ast.unparse(mark).endswith((".setter", "overload")) for mark in node.decorator_list):
                continue
            yield f"{prefix}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                scopes.append((f"{prefix}.{node.name}", node))


def undocumented(found: Iterable[Module]) -> tuple[list[str], int]:
    """Return the public names of `found` without a docstring, and how many public names there are.

    An empty module (a package's bare `__init__`) needs none.
    """
    lacking, total = [], 0
    for module in found:
        for name, node in public_nodes(module):
            if isinstance(node, ast.Module) and not node.body:
                continue
            total += 1
            if ast.get_docstring(node) is None:  # type: ignore[arg-type]  # public_nodes yields documentable ones
                lacking.append(name)
    return lacking, total


def must_be_documented(module: Module) -> bool:
    """Say whether the house wants every public name of `module` documented: engines, kernel, any services."""
    return module.parts[:1] in (("engines",), ("wire",), ("kernel",)) or "services" in module.parts


def untyped(found: Iterable[Module]) -> tuple[list[str], int]:
    """Return the functions without a return type, and how many functions there are."""
    every = [(module, node) for module in found for node in module.functions()]
    lacking = [f"{module.path.name}:{node.lineno} {node.name}" for module, node in every if node.returns is None]
    return lacking, len(every)


def suppressions(found: Iterable[Module]) -> tuple[list[str], list[str]]:
    """Return every comment that silences a checker (`file:line`), and those that give no reason beside it."""
    every, bare = [], []
    for module in found:
        for number, line in enumerate(module.text.splitlines(), start=1):
            if SUPPRESSION.search(line):
                where = f"{module.path.relative_to(ROOT)}:{number}"
                every.append(where)
                if not REASON.search(line):
                    bare.append(where)
    return every, bare


def writes_in_views(found: Iterable[Module]) -> list[str]:
    """Return the calls in pages, views and API modules that write to the database (`file:line call`)."""
    wrong = []
    for module in found:
        if not {"pages", "api", "views"} & set(module.parts):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                target = ast.unparse(node.func.value)
                if node.func.attr in ("save", "bulk_create", "bulk_update") or MANAGERS.search(target):
                    wrong.append(f"{module.path.relative_to(ROOT)}:{node.lineno} {target}.{node.func.attr}()")
    return wrong


def app_of(name: str) -> str:
    """Return the app that a dotted module name belongs to, `anning.kernel.work` for one below it."""
    parts = name.split(".")
    return ".".join(parts[: 3 if parts[1:2] and parts[1] in ("kernel", "domains", "engines", "gateway") else 2])


def app_imports(found: Iterable[Module]) -> dict[str, set[str]]:
    """Return which apps each app imports, imports inside functions included, those for types alone not."""
    graph: dict[str, set[str]] = defaultdict(set)
    for module in found:
        package = module.name if module.path.name == "__init__.py" else module.name.rpartition(".")[0]
        for node in ast.walk(module.tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = package.rsplit(".", node.level - 1)[0] if node.level else ""
                stem = ".".join(part for part in (base, node.module or "") if part)
                names = [f"{stem}.{alias.name}" for alias in node.names]
            for name in names:
                if name.startswith("anning.") and app_of(name) != app_of(module.name):
                    graph[app_of(module.name)].add(app_of(name))
    return dict(graph)


def cycles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the sets of nodes that can each reach each other (two or more nodes)."""
    reach: dict[str, set[str]] = {}
    for start, nexts in graph.items():
        seen: set[str] = set()
        todo = list(nexts)
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo.extend(graph.get(node, ()))
        reach[start] = seen
    found: list[set[str]] = []
    for node in graph:
        knot = {other for other in reach[node] if node in reach.get(other, ())}
        if len(knot) > 1 and knot not in found:
            found.append(knot)
    return found


@dataclass(frozen=True)
class Figures:
    """What `measure` found; lists hold the places that fall short."""

    file_median: float
    file_p95: float
    function_p95: float
    undocumented: list[str]
    documented_share: float
    untyped: list[str]
    typed_share: float
    tests_to_code: float
    suppressions_per_1000: float
    unreasoned: list[str]
    cycles: list[set[str]]
    writes: list[str]
    kernel_share: float
    code_lines: int

    def row(self) -> str:
        """Return the figures as the last row of the house's table, with a heading."""
        heads = [
            ("lines per file med / p95", f"{self.file_median:.0f} / {self.file_p95:.0f}"),
            ("function p95", f"{self.function_p95:.0f}"),
            ("public docstrings", f"{self.documented_share:.1%}"),
            ("return types", f"{self.typed_share:.1%}"),
            ("tests : code", f"{self.tests_to_code:.2f}"),
            ("suppressions /1000 lines", f"{self.suppressions_per_1000:.2f}"),
            ("apps in one import cycle", str(max((len(knot) for knot in self.cycles), default="none"))),
            ("ORM writes in views", str(len(self.writes))),
            ("kernel's share of src", f"{self.kernel_share:.1%}"),
            ("lines of code", f"{self.code_lines:,}"),
        ]
        return "\n".join(f"  {head:26} {value}" for head, value in heads)


def measure() -> Figures:
    """Measure the whole tree (about a second)."""
    found = modules()
    files = [module.lines for module in found if module.text.strip()]
    code = {module.name: source_lines(module.text) for module in found}
    total = sum(code.values())
    tests = sum(source_lines(module.text) for module in modules(TESTS))
    kernel = sum(lines for name, lines in code.items() if name.startswith("anning.kernel"))
    held = [module for module in found if must_be_documented(module)]
    lacking, public = undocumented(held)
    bare, functions = untyped(found)
    silenced, unreasoned = suppressions(found)
    return Figures(
        file_median=statistics.median(files),
        file_p95=percentile(files, 0.95),
        function_p95=percentile([function_length(node) for module in found for node in module.functions()], 0.95),
        undocumented=lacking,
        documented_share=1 - len(lacking) / public,
        untyped=bare,
        typed_share=1 - len(bare) / functions,
        tests_to_code=tests / total,
        suppressions_per_1000=1000 * len(silenced) / total,
        unreasoned=unreasoned,
        cycles=cycles(app_imports(found)),
        writes=writes_in_views(found),
        kernel_share=kernel / total,
        code_lines=total,
    )


if __name__ == "__main__":
    print(measure().row())
