"""Places given by a road and its kilometre post: "G329 K12+300", "甬台温高速12公里300米"."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_NUMBER = r"(\d{1,4}(?:\.\d{1,3})?)"
_K = r"(?:(?<![A-Z])[ZY]?K\s*|(?<![A-Z0-9.]))"
"""The K of a post may follow a road's number at once (G329K12+300); without K there must be a gap."""
_FORMS = (
    re.compile(_K + r"(\d{1,4})\s*\+\s*(\d{1,3}(?:\.\d+)?)(?!\d)\s*(?:米|M\b)?"),
    re.compile(_NUMBER + r"\s*(?:公里|千米|KM)\s*(?:(?:加|又|零|\+)?\s*(\d{1,3})(?!\d)\s*(?:米|M\b)?)?"),
    re.compile(r"(?<![A-Z])[ZY]?K\s*" + _NUMBER + r"(?![\d.])()"),
)
_DIRECTION = re.compile(r"[往向朝]([^\s往向朝]{1,12}?)方向|(上行|下行)(?:方向|线)?|\b([NSEW]B)\b")
_FILLER = re.compile(r"^[\s在的第,，。:：、()]+|[\s在的第,，。:：、()]+$|桩号|(?:处|附近|左右)$")


class KilometrePost(NamedTuple):
    """A road as it was named, metres from its zero, and the direction of travel, "" if none was said."""

    road: str
    metres: float
    direction: str


def parse_kilometre_post(text: str) -> KilometrePost | None:
    """The road and the metres of a kilometre post in a caller's words; None where there is none.

    Understood: ``K12+300`` (also ``ZK``, ``YK``, without K, full-width), ``K12.3``, ``12公里300米``,
    ``12.3公里``, ``12km+300m``, before or after the road. Numbers in words (十二公里) are not.

    Example:
        >>> parse_kilometre_post("甬台温高速 往台州方向 12公里300米处")
        KilometrePost(road='甬台温高速', metres=12300.0, direction='台州')
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    for form in _FORMS:
        found = form.search(plain)
        if found:
            break
    else:
        return None
    rest = plain[: found.start()] + " " + plain[found.end() :]
    direction = _DIRECTION.search(rest)
    road = _tidy(_DIRECTION.sub(" ", rest))
    if not road:
        return None
    metres = float(found[1]) * 1000 + float(found[2] or 0)
    said = next((part for part in direction.groups() if part), "") if direction else ""
    return KilometrePost(road, round(metres, 3), said)


def _tidy(road: str) -> str:
    before = ""
    while before != road:
        before, road = road, _FILLER.sub("", road).strip()
    return re.sub(r"\s+", " ", road)
