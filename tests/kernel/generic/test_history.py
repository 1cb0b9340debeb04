"""All changes of an item, and the audit trail for those who oversee work."""

from __future__ import annotations

import pytest

from anning.kernel.work.services import items
from tests import factories, pages


def context_of(client, item) -> dict:
    response = client.get(f"/work/well/{item.number}/history")
    assert response.status_code == 200
    return response.context


@pytest.fixture
def moved(here):
    item, seer = pages.well("井盖缺失"), factories.viewer("supervisor")
    items.act(seer, item.number, "cover", version=1)
    items.edit(seer, item.number, {"priority": 1, "area_code": f"{factories.AWAY}001"}, version=2, reason="wrong side")
    return item


def test_every_change_is_there_newest_first(supervisor, moved) -> None:
    changes = context_of(supervisor, moved)["changes"]
    assert [str(change["verb"]) for change in changes] == ["更正", "Cover it", "登记"]
    assert changes[0]["reason"] == "wrong side"


def test_before_and_after_are_in_words(supervisor, moved) -> None:
    edit, cover, opened = context_of(supervisor, moved)["changes"]
    assert [(str(row["label"]), row["old"], row["new"]) for row in edit["fields"]] == [
        ("等级", 2, 1),
        ("辖区", f"区{factories.HOME} · 区{factories.HOME}001", f"区{factories.AWAY} · 区{factories.AWAY}001"),
    ]
    assert [(row["old"], row["new"]) for row in cover["fields"]] == [("reported", "covered")]
    assert [(row["old"], row["new"]) for row in opened["fields"]] == [(None, "reported")]


@pytest.mark.parametrize(
    ("role", "sees", "oversees"),
    [
        ("supervisor", True, True),
        ("dispatcher", True, False),
        ("analyst", True, False),
        ("auditor", False, True),
        ("administrator", False, True),
    ],
)
def test_the_trail_is_for_those_who_oversee(moved, role: str, sees: bool, oversees: bool) -> None:
    context = context_of(pages.browser_of(role), moved)
    assert bool(context["changes"]) is sees
    assert (context["trail"] is not None) is oversees
    if oversees:
        assert [entry["action"] for entry in context["trail"]] == ["edit", "cover", "open"]
        assert all(entry["place"].count(".") == 1 for entry in context["trail"])


def test_who_does_not_see_the_item_learns_its_number_only(moved) -> None:
    page = pages.browser_of("auditor").get(f"/work/well/{moved.number}/history").content.decode()
    assert moved.number in page
    assert "井盖缺失" not in page
    assert "wrong side" not in page


def test_work_of_a_batch_has_no_entry_of_its_own(supervisor) -> None:
    from anning.kernel.audit.transactions import writing
    from anning.kernel.work.models import Item
    from anning.kernel.work.services.bulk import Step, insert_many

    row = Item(kind="well", state="sealed", title="old", opened_at=factories.NOW, state_at=factories.NOW)
    with writing():
        [item] = insert_many(
            factories.viewer("supervisor"),
            pages.WELL,
            [row],
            [[Step("open", "reported", factories.NOW)]],
            factories.NOW,
        )
    context = context_of(supervisor, item)
    assert context["trail"] == []
    assert len(context["changes"]) == 1
