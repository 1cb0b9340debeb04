"""The catalogue as intake asks it: by characters, pinyin, initials, English."""

from __future__ import annotations

import pytest
from django.urls import reverse

from anning.domains.calls.models import Category
from anning.domains.calls.selectors import catalogue

from .conftest import World


def found(world: World, query: str, language: str = "zh-hans") -> list[dict[str, str]]:
    client = world.client("taker")
    client.cookies["django_language"] = language
    return client.get(reverse("calls:catalogue"), {"q": query}).json()["results"]


@pytest.mark.parametrize("query", ["打架", "dajia", "djdo", "fight", "da jia dou ou"])
def test_characters_pinyin_initials_and_english_find_a_category(world: World, query: str) -> None:
    assert found(world, query)[0] == {"value": "public.fight", "label": "打架斗殴", "hint": "治安"}


def test_a_heading_brings_all_below_it(world: World) -> None:
    assert [one["value"] for one in found(world, "shuiyu")] == ["help.water", "help.water.drowning"]


def test_the_whole_catalogue_in_its_order_when_nothing_is_asked(world: World) -> None:
    whole = found(world, " ")
    assert [one["value"] for one in whole] == list(catalogue.categories())
    assert whole[5] == {"value": "help.water.drowning", "label": "溺水", "hint": "求助 · 水域"}


def test_names_are_in_the_language_in_force(world: World) -> None:
    (one,) = found(world, "nishui", "en")
    assert one == {"value": "help.water.drowning", "label": "drowning", "hint": "help · water"}


def test_what_is_no_category_is_not_found(world: World) -> None:
    assert found(world, "xxqqzz") == []


def test_it_follows_the_catalogue(world: World) -> None:
    assert found(world, "longzhou") == []
    Category.objects.create(code="help.boat", name="龙舟", name_en="boat", level=2, handled_by="police")
    catalogue.forget()
    assert found(world, "longzhou")[0]["value"] == "help.boat"
