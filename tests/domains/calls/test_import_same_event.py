"""The whole path on a real log: import, propose, and hold the proposals against the weak labels of its README."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest

from anning.domains.calls.selectors import catalogue, proposals
from anning.domains.calls.services.proposals import propose_log
from anning.engines.dispatch.same_event import SameEventRule, call_points, candidate_pairs
from anning.engines.rates.shares import clopper_pearson
from anning.kernel.work.models import Item, Link
from tests.domains.calls.test_import import PUBLISHED, run

pytestmark = [pytest.mark.django_db, pytest.mark.data]
Pair = frozenset[int]


@pytest.fixture
def links() -> dict[Pair, Link]:
    """The proposals over the imported log, by the lines of the file the two calls stand on."""
    if not PUBLISHED.is_file():
        pytest.skip("the Montgomery County log is not beside this checkout")
    catalogue.forget()
    proposals.forget()
    run(PUBLISHED)
    opened = Item.objects.order_by("opened_at")
    made = propose_log(opened[0].opened_at, opened.reverse()[0].opened_at.replace(second=59))
    lines = dict(Item.objects.values_list("pk", "changes__data__line"))
    found = {frozenset((lines[one.source_id], lines[one.target_id])): one for one in Link.objects.all()}
    assert len(found) == made
    return found


def labels() -> tuple[set[Pair], set[Pair]]:
    """Pairs within 200 m and 15 minutes, and those of them at one address: 314 and 226 as the README counts."""
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    moments = [datetime.fromisoformat(row[3]).replace(tzinfo=UTC).timestamp() for row in rows]
    points = call_points([float(row[1]) for row in rows], [float(row[0]) for row in rows], moments)
    near = candidate_pairs(points, SameEventRule(radius_m=200, window_s=900, threshold=0))
    pairs = list(zip(near.first.tolist(), near.second.tolist(), strict=True))
    every = {frozenset((i + 1, j + 1)) for i, j in pairs}
    return every, {frozenset((i + 1, j + 1)) for i, j in pairs if rows[i][5] == rows[j][5]}


def test_precision_and_recall_of_the_stored_proposals(links: dict[Pair, Link], record_property) -> None:
    near, same = labels()
    assert (len(near), len(same)) == (314, 226)
    soon = {pair for pair, link in links.items() if link.reasons["gap_s"] <= 900}
    lines = [f"{'proposals':28} {'pairs':>5} {'at one address':>14} {'precision (95 %)':>22} {'recall (95 %)':>22}"]
    for name, found in (("all", set(links)), ("within 15 minutes", soon)):
        right = len(found & same)
        lines.append(f"{name:28} {len(found):5} {right:14} {_share(right, len(found))} {_share(right, len(same))}")
    record_property("table", "Same-event proposals over the Montgomery County log:\n" + "\n".join(lines))
    assert same <= soon
    assert len(soon & same) / len(soon) > 0.75


def test_each_proposal_names_its_reasons_and_points_back_in_time(links: dict[Pair, Link]) -> None:
    for link in Link.objects.select_related("source", "target"):
        assert set(link.reasons) == {"distance_m", "gap_s", "category", "address"}
        assert link.source.opened_at >= link.target.opened_at
        assert 0 < link.score <= 1
        assert link.state == "proposed"


def test_proposing_again_adds_nothing(links: dict[Pair, Link]) -> None:
    opened = Item.objects.order_by("opened_at")
    assert propose_log(opened[0].opened_at, opened.reverse()[0].opened_at.replace(second=59)) == 0


def _share(count: int, total: int) -> str:
    low, high = clopper_pearson(count, total)
    return f"{count / total:.3f} ({float(low):.3f}–{float(high):.3f})".rjust(22)
