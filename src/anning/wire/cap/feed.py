"""An Atom feed of CAP messages (RFC 4287): one entry a message, with a link to its document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

from anning.wire.cap.codec import CONTENT_TYPE
from anning.wire.cap.values import Alert
from anning.wire.xml import fit, write

CONTENT = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True)
class Listed:
    """A message and the address of its document."""

    alert: Alert
    url: str


def encode_feed(url: str, title: str, author: str, updated: datetime, entries: Iterable[Listed]) -> bytes:
    """The feed at `url`, in the order of `entries`."""
    root = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _texts(root, id=url, title=title, updated=updated.isoformat(timespec="seconds"))
    SubElement(SubElement(root, "author"), "name").text = fit(author)
    SubElement(root, "link", rel="self", href=url)
    for one in entries:
        entry, alert = SubElement(root, "entry"), one.alert
        heads = [info.headline or info.event for info in alert.infos]
        sent = alert.sent.isoformat(timespec="seconds")
        _texts(entry, id=one.url, title=" / ".join(heads) or alert.identifier, updated=sent)
        SubElement(entry, "link", rel="alternate", type=CONTENT_TYPE, href=one.url)
        _texts(entry, summary="\n".join(info.description for info in alert.infos))
        for category in sorted({name for info in alert.infos for name in info.categories}):
            SubElement(entry, "category", term=category)
    return write(root)


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = fit(text)
