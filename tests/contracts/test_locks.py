"""The locks pin everything by hash and name no host; no file of the project names a machine or a registry."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["run", "dev", "node"]
ENTRY = re.compile(
    r"^([a-z0-9.-]+)==(\S+)((?: ;[^\\]*)?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)
REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmjs\.com|npmmirror|deb\.debian\.org|docker\.io|ghcr\.io|quay\.io"
    r"|(?:index-url|registry)\s*[=:]\s*[\"']?https?:"
)
HOMES = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+)/\w")
BINARY = {".png", ".jpg", ".webp", ".ico", ".woff2", ".parquet", ".xlsx", ".gz", ".zip", ".pdf"}

pytestmark = pytest.mark.static


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pins(name: str) -> set[tuple[str, str, str]]:
    """The (package, version, marker) entries of a lock."""
    return {(package, version, marker.strip(" ;")) for package, version, marker, _hashes in ENTRY.findall(lock(name))}


def normal(requirement: str) -> str:
    """The normalised name of the package that a requirement asks for."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_pinned_and_hashed_package(name: str) -> None:
    text = lock(name)
    assert ENTRY.sub("", text) == ""
    assert "://" not in text


def test_the_runtime_lock_covers_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = {package for package, _version, _marker in pins("run")}
    assert {normal(text) for text in project["project"]["dependencies"]} <= locked
    assert {normal(text) for text in project["build-system"]["requires"]} <= locked
    assert {normal(text) for text in project["dependency-groups"]["dev"]} <= {name for name, *_rest in pins("dev")}


def test_development_runs_on_the_versions_that_are_served() -> None:
    assert pins("run") <= pins("dev")


def test_nothing_under_the_gpl_is_needed_at_run_time() -> None:
    wrong, seen = [], 0
    for package, _version, _marker in pins("run"):
        try:
            facts = metadata.metadata(package)
        except metadata.PackageNotFoundError:
            continue  # for another platform or Python
        seen += 1
        terms = [facts.get("License-Expression") or "", (facts.get("License") or "")[:200]]
        terms += [text for text in facts.get_all("Classifier", []) if text.startswith("License")]
        if re.search(
            r"(?<!L)(?<!Lesser )(?:GPL|General Public License)", re.sub(r"Lesser General\b", "Lesser ", str(terms))
        ):
            wrong.append((package, terms))
    assert seen > 50
    assert wrong == []


def test_browser_modules_are_pinned_by_hash_and_name_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())
    assert "://" not in text
    assert packages[""]["dependencies"] == wanted["dependencies"]
    assert packages[""]["devDependencies"] == wanted["devDependencies"]
    assert [name for name, facts in packages.items() if name and not facts["integrity"].startswith("sha512-")] == []
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert packages[f"node_modules/{name}"]["version"] == version, "package.json names exact versions"


def tracked() -> list[Path]:
    """Every file of the project that git tracks and that holds text."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in names.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def test_no_file_names_a_registry_or_this_machine() -> None:
    files = tracked()
    assert len(files) > 100
    wrong = []
    for path in files:
        if path == Path(__file__):
            continue
        text = path.read_text("utf-8", errors="replace")
        found = REGISTRIES.search(text) or HOMES.search(text)
        if found or (len(ROOT.parts) > 2 and str(ROOT) + "/" in text):
            wrong.append(f"{path.relative_to(ROOT)}: {found[0] if found else ROOT}")
    assert wrong == []


@pytest.mark.parametrize("text", ["https://files.pythonhosted.org/a", "index-url = https://a", "docker.io/library/b"])
def test_a_registry_is_recognised(text: str) -> None:
    assert REGISTRIES.search(text)


@pytest.mark.parametrize(
    ("text", "found"), [("see /root/x", True), ("/Users/ann/y", True), ("a/home/ann/x", False), ("/homepage/x", False)]
)
def test_a_home_folder_is_recognised(text: str, found: bool) -> None:
    assert bool(HOMES.search(text)) is found
