"""Links between the documents lead somewhere, and the files and commands that they name exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"^(?:\$ )?make ([a-z][a-z-]*)\b", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)

pytestmark = pytest.mark.static


def documents() -> list[Path]:
    """Every tracked or new Markdown file, ignored ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def anchors(text: str) -> set[str]:
    """The anchors that headings of a Markdown text get, as code hosts make them."""
    found: dict[str, int] = {}
    names = set()
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", FENCE.sub("", text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = found.get(name, 0)
        found[name] = count + 1
        names.add(f"{name}-{count}" if count else name)
    return names


def broken(path: Path, text: str) -> list[str]:
    """The links of a document that lead nowhere: outside ones are not followed."""
    wrong = []
    for link in (first or second for first, second in LINK.findall(FENCE.sub("", text))):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            wrong.append(f"{link}: there is no {target.name}")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text("utf-8")):
            wrong.append(f"{link}: {target.name} has no such heading")
    return wrong


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    assert broken(path, path.read_text("utf-8")) == []


def test_make_targets_named_in_documents_exist() -> None:
    known = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    assert {"install", "run", "test", "check"} <= known
    wrong = []
    for path in documents():
        text = path.read_text("utf-8")
        commands = re.findall(r"`([^`\n]+)`", text) + [block[0] for block in FENCE.finditer(text)]
        wrong += [f"{path.name}: make {name}" for part in commands for name in MAKE.findall(part) if name not in known]
    assert wrong == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    (tmp_path / "other.md").write_text("# One heading, two\n")
    links = "[a](other.md#one-heading-two) [b](other.md#none) [c](gone.md) ![d](no.png)"
    text = links + "\n```\n[e](x.md)\n```\n[f](mailto:a@b)"
    assert [fault.split(":")[0] for fault in broken(page, text)] == ["other.md#none", "gone.md", "no.png"]
