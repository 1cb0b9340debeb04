"""The catalogue of calls, read once per city revision."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from anning.domains.calls.models import Category
from anning.engines.space.gazetteer import GazetteerIndex
from anning.kernel.places.selectors import revision


@dataclass(frozen=True)
class CategoryEntry:
    """A category as pages and services use it."""

    code: str
    name: str
    name_en: str
    level: int
    priority: int
    handled_by: str
    protocol: str

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return self.name if (get_language() or "zh").startswith("zh") else self.name_en


def categories() -> dict[str, CategoryEntry]:
    """Every category by code, in the order of the catalogue."""
    return _categories(revision())


def category_label(code: str) -> str:
    """The category's name in the language in force; the code when it is unknown."""
    entry = categories().get(code)
    return entry.label if entry else code


def category_names() -> dict[str, str]:
    """Every category's name by code, in the language in force, in the order of the catalogue."""
    return {code: entry.label for code, entry in categories().items()}


def search_categories(query: str, limit: int = 15) -> list[CategoryEntry]:
    """Categories by Chinese, pinyin, initials or English, best first; below one that fits, all that it stands above.

    Nothing asked gives the whole catalogue in its order.
    """
    entries = list(categories().values())
    if not query.strip():
        return entries
    hits = [entries[hit.row].code for hit in _index(revision()).search(query, limit)]
    below = [one.code for hit in hits for one in entries if one.code.startswith(f"{hit}.")]
    return [categories()[code] for code in dict.fromkeys([*hits, *below])][:limit]


def path_of(code: str) -> str:
    """The names of what stands above a category, from the top; empty for a heading."""
    parts = code.split(".")[:-1]
    return " · ".join(category_label(".".join(parts[: depth + 1])) for depth in range(len(parts)))


def title_of(category: str, address: str, narrative: str) -> str:
    """A one-line title of a call: where, else what was said."""
    return address[:200] or title_from(narrative) or categories()[category].name


def title_from(narrative: str) -> str:
    """What was said, as a title: on one line, at most 200 characters."""
    return narrative.replace("\n", " ")[:200]


def forget() -> None:
    """Read the catalogue anew at the next look."""
    _categories.cache_clear()
    _index.cache_clear()


@lru_cache(maxsize=1)
def _index(revision: int) -> GazetteerIndex:
    entries = _categories(revision).values()
    return GazetteerIndex([entry.name for entry in entries], [entry.name_en for entry in entries])


@lru_cache(maxsize=1)
def _categories(_revision: int) -> dict[str, CategoryEntry]:
    fields = ("code", "name", "name_en", "level", "priority", "handled_by", "protocol")
    return {row[0]: CategoryEntry(*row) for row in Category.objects.order_by("order", "code").values_list(*fields)}
