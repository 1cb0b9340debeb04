"""Finding the category a log's own words stand for, and making those the mapping has a place for."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from anning.domains.calls.models import Category, RelatedCategories
from anning.domains.calls.selectors import catalogue, proposals
from anning.kernel.importing.mapping import Mapping as FileMapping

_SLUG = re.compile(r"[^a-z0-9]+")
LONGEST = 40
"""Characters a category code may have."""


class Cataloguer:
    """The categories a mapping's texts stand for.

    A text is, in this order: a code of the catalogue; a text the mapping gives a code (`codes`); a type the mapping
    places in a group (`types`); a type written `GROUP: WORDS` (`split`); the name of a category; and else what
    `fall_through` says, or nothing. Types of a group that are not in the catalogue are made when the batch is
    saved, and `made` tells which.
    """

    def __init__(self, mapping: FileMapping) -> None:
        self.rules: Mapping[str, Any] = mapping.settings.get("catalogue", {})
        self.related: Iterable[Mapping[str, Any]] = mapping.settings.get("related", ())
        self.known = catalogue.categories()
        self.named = {name: code for code, one in self.known.items() for name in (one.name, one.name_en) if name}
        self.fresh: dict[str, Category] = {}
        self._codes: dict[str, str] = {}

    def code(self, text: str) -> str:
        """The category code of a text of the file, '' when there is no place for it."""
        if text not in self._codes:
            self._codes[text] = self._found(text)
        return self._codes[text]

    def priority(self, code: str) -> int:
        """The usual priority of a category."""
        found = self.known.get(code) or self.fresh.get(code)
        return found.priority if found else 3

    def livelihood(self, code: str) -> bool:
        """Whether a category is a livelihood matter, no incident."""
        found = self.known.get(code) or self.fresh.get(code)
        return found is not None and found.handled_by == "livelihood"

    def save(self, used: Iterable[str]) -> list[str]:
        """Store those of the categories `used` that are new, with those above them, and the mapping's related pairs.

        Returns the codes of the new ones.
        """
        wanted = {".".join(code.split(".")[: depth + 1]) for code in used for depth in range(code.count(".") + 1)}
        made = [one for code, one in self.fresh.items() if code in wanted and code not in self.known]
        if not made:
            return []
        Category.objects.bulk_create(made, ignore_conflicts=True)
        pairs = [RelatedCategories(first=r["first"], second=r["second"], weight=r["weight"]) for r in self.related]
        RelatedCategories.objects.bulk_create(pairs, ignore_conflicts=True)
        catalogue.forget()
        proposals.forget()
        return [one.code for one in made]

    def _found(self, text: str) -> str:
        if text in self.known:
            return text
        if text in self.rules.get("codes", {}):
            return str(self.rules["codes"][text])
        groups: Mapping[str, Any] = self.rules.get("groups", {})
        typed = self.rules.get("types", {}).get(text)
        if typed:
            return self._placed(typed["group"], groups[typed["group"]], text, typed["name"], typed["name_en"])
        group, _sep, words = text.partition(self.rules.get("split", ":"))
        if group.strip() in groups and self.rules.get("split"):
            words = words.strip(" -") or group.strip()
            name = self.rules.get("names", {}).get(words, words.capitalize())
            return self._placed(group.strip(), groups[group.strip()], words, name, words.capitalize())
        if text in self.named:
            return self.named[text]
        fall = self.rules.get("fall_through", {})
        return (
            self._placed(fall["group"], groups[fall["group"]], fall["name_en"], fall["name"], fall["name_en"])
            if (fall)
            else ""
        )

    def _placed(self, group: str, rule: Mapping[str, Any], words: str, name: str, name_en: str) -> str:
        root = str(self.rules["root"])
        above = f"{root}.{_slug(group)}"
        code = f"{above}.{_slug(words)}"[:LONGEST].rstrip("-.")
        names = {
            root: (self.rules.get("name", root), self.rules.get("name_en", root)),
            above: (rule["name"], rule["name_en"]),
            code: (name, name_en),
        }
        for level, (made, (label, label_en)) in enumerate(names.items(), 1):
            entry = Category(code=made, name=label, name_en=label_en, level=level)
            entry.priority, entry.handled_by = rule.get("priority", 3), rule["handled_by"]
            self.fresh.setdefault(made, entry)
        return code


def _slug(words: str) -> str:
    return _SLUG.sub("-", words.lower()).strip("-")
