"""Whoever accepts a same-event link anywhere merges the incidents: by the kernel's page and its operation too."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from anning.domains.calls.services import units
from anning.domains.calls.services.proposals import propose_new
from anning.kernel.contract import registry
from anning.kernel.org.services import make_token
from anning.kernel.work.models import Change, Item, Link

from .conftest import World

Decide = Callable[[Link, str, int | None], int]
PAGE, OPERATION = "page", "operation"


@pytest.fixture(params=[PAGE, OPERATION])
def decide(world: World, request: pytest.FixtureRequest) -> Decide:
    """Decide on a link by the kernel's page or operation, on a version of the newer incident; answers the status."""
    token = make_token(None, world.users["dispatcher"], "test")

    def by_page(link: Link, state: str, version: int | None) -> int:
        address = reverse("generic:link", args=["incident", link.target.number, link.pk, state])
        said = {} if version is None else {"version": version}
        return world.client("dispatcher").post(address, said).status_code

    def by_operation(link: Link, state: str, version: int | None) -> int:
        address = f"/api/v1/work/incident/{link.target.number}/links/{link.pk}"
        body = json.dumps({"state": state, "version": version})
        machine = Client(headers={"Authorization": f"Bearer {token}"})
        return machine.post(address, body, content_type="application/json").status_code

    return by_page if request.param == PAGE else by_operation


@pytest.fixture
def link(world: World) -> Link:
    """A proposed link of a newer incident (priority 1) to an older one."""
    older = world.call(received_at=timezone.now())
    world.call(received_at=timezone.now(), priority=1)
    assert propose_new() == 1
    return Link.objects.select_related("source", "target").get(target__pk=older.pk)


def again(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def verbs(item: Item) -> list[str]:
    return list(Change.objects.filter(item=item).order_by("version").values_list("verb", flat=True))


def done(status: int) -> bool:
    return status in (200, 302)


def test_accepting_merges_and_undoing_parts_them(decide: Decide, link: Link) -> None:
    older, newer = link.target, link.source
    assert done(decide(link, "accepted", newer.version))
    assert (again(newer).state, again(older).state, again(older).priority) == ("merged", "new", 1)
    assert verbs(newer)[-2:] == ["link-accepted", "merge"]
    assert done(decide(link, "undone", again(newer).version))
    assert (again(newer).state, Link.objects.get().state) == ("new", "undone")
    assert verbs(newer)[-2:] == ["link-undone", "unmerge"]


def test_rejecting_leaves_both_as_they_are(decide: Decide, link: Link) -> None:
    assert done(decide(link, "rejected", link.source.version))
    assert [again(one).state for one in (link.source, link.target)] == ["new", "new"]
    assert Link.objects.get().state == "rejected"
    assert propose_new() == 0


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_a_newer_one_changed_meanwhile_is_a_conflict(decide: Decide, link: Link, world: World, state: str) -> None:
    seen = link.source.version
    world.call(join=link.source.number)
    assert decide(link, state, seen) == 409
    assert (Link.objects.get().state, again(link.source).state) == ("proposed", "new")


def test_undoing_on_an_old_version_is_a_conflict(decide: Decide, link: Link) -> None:
    seen = link.source.version
    assert done(decide(link, "accepted", seen))
    assert decide(link, "undone", seen) == 409
    assert (Link.objects.get().state, again(link.source).state) == ("accepted", "merged")


def test_what_merging_refuses_is_refused_here_too(decide: Decide, link: Link, world: World) -> None:
    newer = units.assign(world.viewer("dispatcher"), link.source.number, ["海曙01"], version=None)
    assert decide(link, "accepted", newer.version) == 422
    assert decide(link, "undone", newer.version) == 422
    assert (Link.objects.get().state, again(newer).state) == ("proposed", "assigned")


def test_the_page_shows_the_version_its_decisions_need(link: Link, world: World) -> None:
    for item in (link.source, link.target):
        shown = world.client("dispatcher").get(reverse("generic:detail", args=["incident", item.number]), follow=True)
        (row,) = shown.context["links"]
        assert row["version"] == link.source.version
        assert f'name="version" value="{link.source.version}"' in shown.content.decode()


def test_the_kernel_learns_of_it_from_the_declaration_alone() -> None:
    declared = registry.link_kind("same_event")
    assert declared is not None
    assert declared.decide.startswith("anning.domains.calls.services.merging.")
    assert registry.link_kind("follows") is None
