"""Rules the templates, styles and scripts keep: a strict policy, known icons, known words, bounded files."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "src/anning/project"
STATIC = PROJECT / "static/anning"
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
STYLES = sorted((STATIC / "css").glob("*.css"))
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
PO = (PROJECT / "locale/zh_Hans/LC_MESSAGES/django.po").read_text("utf-8")


def label(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_template_needs_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|javascript:", text), "blocked by the content security policy"
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_template_names_only_icons_of_the_sprite(path: Path) -> None:
    named = re.findall(r'components/icon\.html" with name="([\w-]+)"(?!\|add)', path.read_text("utf-8"))
    assert set(named) <= ICONS


def test_each_tone_of_a_state_has_its_glyph() -> None:
    tones = {"new", "active", "waiting", "done", "problem", "void"}
    assert {f"state-{tone}" for tone in tones} <= ICONS
    components = (STATIC / "css/components.css").read_text("utf-8")
    assert tones == set(re.findall(r"^  \.tone-(\w+) \{", components, re.MULTILINE))


def test_scripts_say_only_words_that_the_template_gives_and_all_of_them() -> None:
    given = set(re.findall(r'"(\w+)": "\{\{', (PROJECT / "templates/components/words.html").read_text("utf-8")))
    source = "\n".join(path.read_text("utf-8") for path in SCRIPTS)
    said = set(re.findall(r'say\((?:left < 0 \? )?"(\w+)"', source)) | set(re.findall(r': "(clock_\w+)"', source))
    said |= {f"live_{state}" for state in re.findall(r'show\((?:pause > 4000 \? )?"(\w+)"', source)} | {"live_wait"}
    assert said == given


def msgids(text: str) -> set[tuple[str, str]]:
    """(context, msgid) of every {% translate %} in a template's text."""
    found = re.findall(r'{% translate (["\'])(.+?)\1(?: context (["\'])(\w+)\3)?(?: as \w+)? %}', text)
    return {(context, msgid) for _, msgid, _, context in found}


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_template_text_has_its_chinese(path: Path) -> None:
    for context, msgid in msgids(path.read_text("utf-8")):
        entry = f'msgid "{msgid}"\nmsgstr "'
        wanted = f'msgctxt "{context}"\n{entry}' if context else entry
        at = PO.find(wanted)
        assert at >= 0, f"no Chinese for {msgid!r} (context {context!r})"
        assert PO[at + len(wanted)] != '"', f"empty Chinese for {msgid!r}"


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=label)
def test_file_stays_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", STYLES, ids=label)
def test_style_names_only_tokens_that_exist(path: Path) -> None:
    known = set(re.findall(r"--([\w-]+):", (STATIC / "css/tokens.css").read_text("utf-8")))
    text = path.read_text("utf-8")
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= known | set(re.findall(r"--([\w-]+):", text))


@pytest.mark.parametrize("path", SCRIPTS, ids=label)
def test_script_runs_under_the_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|\.setAttribute\(\"style\"", text)
