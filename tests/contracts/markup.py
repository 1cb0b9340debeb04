"""What is wrong with a page's markup: syntax, ids, labels, headings, and what the security policy would block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as SAYINGS

CONTROLS = ("input", "select", "textarea")
UNLABELLED = ("hidden", "submit", "button", "image", "reset")
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list", "aria-owns")
"""Attributes that name the ids of other elements of the page."""
HANDLER = re.compile(r"on[a-z]+\Z")
SCRIPTED = re.compile(r"\s*javascript:", re.IGNORECASE)
DATA_TYPES = ("application/json", "application/ld+json")
"""Types of an inline script that is data and runs nothing."""


def faults(text: str, *, fragment: bool = False) -> list[str]:
    """Everything wrong with a page, or with a part of one that htmx puts into a page; empty when all is well."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parseFragment(text) if fragment else parser.parse(text)
    hidden = [one for one in root.iter() if one.tag == "template" or (one.get("hidden") is not None and not len(one))]
    for one in hidden:
        one.clear()
        one.tag = "template"  # what scripts will fill in is looked at in the browser
    found = [f"line {at[0]}: {SAYINGS.get(code, code) % values}" for at, code, values in parser.errors]
    found += [*_ids(root, fragment), *_named(root), *_blocked(root), *_nested(root)]
    return found if fragment else [*found, *_frame(root)]


def _ids(root: Element, fragment: bool) -> Iterator[str]:
    ids = Counter(one.get("id") for one in root.iter() if one.get("id") is not None)
    for name, count in ids.items():
        if count > 1:
            yield f"{count} elements with the id {name!r}"
        if not name or " " in name:
            yield f"{name!r} is no id"
    for one in root.iter() if not fragment else ():
        for attribute in REFERENCES:
            for name in (one.get(attribute) or "").split():
                if name not in ids:
                    yield f"<{one.tag} {attribute}={name!r}> names nothing on the page"
        target = one.get("href") or ""
        if one.tag == "a" and target.startswith("#") and len(target) > 1 and target[1:] not in ids:
            yield f"a link to {target!r}, which is not on the page"


def _named(root: Element) -> Iterator[str]:
    """Controls without a label, pictures without a text, links and buttons without a name."""
    labelled = {one.get("for") for one in root.iter("label")}
    wrapped = {id(inner) for label in root.iter("label") for inner in label.iter() if inner.tag in CONTROLS}
    for one in root.iter():
        asked = one.tag in CONTROLS and one.get("type") not in UNLABELLED
        if asked and not (one.get("id") in labelled or id(one) in wrapped or _said(one)):
            yield f"<{one.tag} name={one.get('name')!r}> without a label"
        if one.tag == "img" and one.get("alt") is None:
            yield f"<img src={one.get('src')!r}> without alt"
        acting = one.tag in ("button", "summary") or (one.tag == "a" and one.get("href") is not None)
        if acting and not (_said(one) or _text(one)):
            yield f"<{one.tag} class={one.get('class')!r} href={one.get('href')!r}> without a name"
        if one.tag == "th" and not _text(one) and not _said(one):
            yield "an empty <th>"


def _blocked(root: Element) -> Iterator[str]:
    """What a strict content security policy keeps from working."""
    for one in root.iter():
        if not isinstance(one.tag, str):
            continue
        if one.tag == "style" or one.get("style") is not None:
            yield f"inline style in <{one.tag} class={one.get('class')!r}>"
        if one.tag == "script" and not one.get("src") and one.get("type") not in DATA_TYPES:
            yield "an inline script"
        for name, value in one.attrib.items():
            if HANDLER.match(str(name)):
                yield f"a handler in <{one.tag} {name}>"
            if name in ("href", "src", "action", "formaction") and SCRIPTED.match(value):
                yield f"a script in <{one.tag} {name}>"


def _nested(root: Element) -> Iterator[str]:
    """Controls within controls, which nobody can reach by keyboard."""
    for outer in root.iter():
        if outer.tag in ("a", "button"):
            for inner in outer.iter():
                if inner is not outer and inner.tag in ("a", "button", "input", "select", "textarea"):
                    yield f"<{inner.tag}> inside <{outer.tag}>"


def _frame(root: Element) -> Iterator[str]:
    """A language, a title, one main part, one first heading, no level of headings left out."""
    if not root.get("lang"):
        yield "no language"
    titles = [_text(title) for title in root.findall("head/title")]
    if len(titles) != 1 or not titles[0].strip(" ·"):
        yield f"titles: {titles}"
    if len(list(root.iter("main"))) != 1:
        yield f"{len(list(root.iter('main')))} <main>"
    levels = [int(one.tag[1]) for one in root.iter() if one.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} first headings"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"a heading of level {below} after one of level {above}"


def _said(one: Element) -> bool:
    return bool((one.get("aria-label") or one.get("aria-labelledby") or one.get("title") or "").strip())


def _text(one: Element) -> str:
    """The words in an element, those that pictures stand for too."""
    words = [*one.itertext(), *(inner.get("alt") or inner.get("aria-label") or "" for inner in one.iter())]
    return "".join(words).strip()
