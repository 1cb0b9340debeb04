"""Joint incidents: every agency asked has its own task, and the incident closes when all have."""

import pytest

from anning.domains.calls.services import joint
from anning.kernel.audit.models import Entry
from anning.kernel.work.errors import ConflictError, NotVisibleError, RefusedError
from anning.kernel.work.models import Alert, Clock, Event, Item, Share
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.items import act

from .conftest import World


def again(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def ask(world: World, item: Item, *codes: str, who: str = "dispatcher") -> list[Item]:
    return joint.ask(world.viewer(who), item.number, codes, "下水救援", version=again(item).version)


class TestAsk:
    def test_each_gets_a_task_with_state_clock_and_sight_of_the_incident(self, world: World) -> None:
        item = world.call()
        before = Entry.objects.count()
        tasks = ask(world, item, "rescue", "12345")
        assert [(task.kind, task.state) for task in tasks] == [("joint", "asked")] * 2
        assert Clock.objects.filter(item__in=tasks, code="answer", stopped_at=None).count() == 2
        assert Share.objects.filter(item=item).count() == 2
        assert Entry.objects.count() == before + 1
        assert find(world.viewer("rescuer"), item.number).pk == item.pk

    def test_only_people_on_duty_of_that_agency_are_told(self, world: World) -> None:
        (task,) = ask(world, world.call(), "rescue")
        assert list(Alert.objects.filter(item=task).values_list("user__username", flat=True)) == ["rescuer"]
        assert Event.objects.get(topic="work.joint").agencies == [world.agencies["rescue"].pk]

    def test_an_agency_does_not_see_the_tasks_of_another(self, world: World) -> None:
        rescue, _hotline = ask(world, world.call(), "rescue", "12345")
        with pytest.raises(NotVisibleError):
            find(world.viewer("partner"), rescue.number)

    @pytest.mark.parametrize("codes", [(), ("nobody",)])
    def test_nobody_known(self, world: World, codes: tuple[str, ...]) -> None:
        with pytest.raises(RefusedError):
            ask(world, world.call(), *codes)

    def test_not_twice_while_open(self, world: World) -> None:
        item = world.call()
        (task,) = ask(world, item, "rescue")
        with pytest.raises(RefusedError):
            ask(world, item, "rescue")
        act(world.viewer("rescuer"), task.number, "decline", version=task.version, reason="无船")
        assert len(ask(world, item, "rescue")) == 1

    def test_without_saying_what(self, world: World) -> None:
        item = world.call()
        with pytest.raises(RefusedError):
            joint.ask(world.viewer("dispatcher"), item.number, ["rescue"], " ", version=item.version)

    def test_stale_out_of_scope_and_out_of_role(self, world: World) -> None:
        item = world.call()
        ask(world, item, "rescue")
        with pytest.raises(ConflictError):
            joint.ask(world.viewer("dispatcher"), item.number, ["12345"], "x", version=item.version)
        with pytest.raises(NotVisibleError):
            ask(world, item, "12345", who="elsewhere")
        with pytest.raises(RefusedError):
            ask(world, item, "12345", who="taker")

    def test_not_on_a_closed_incident(self, world: World) -> None:
        item = world.call()
        act(world.viewer("dispatcher"), item.number, "close", version=item.version, reason="误报")
        with pytest.raises(RefusedError, match=item.number):
            ask(world, item, "rescue")


class TestClosing:
    def test_open_tasks_keep_the_incident_open(self, world: World) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        (task,) = ask(world, item, "rescue")
        with pytest.raises(RefusedError):
            act(desk, item.number, "close", version=again(item).version, reason="完")
        rescuer = world.viewer("rescuer")
        act(rescuer, task.number, "accept", version=task.version)
        act(rescuer, task.number, "finish", version=again(task).version, reason="救起一人")
        assert act(desk, item.number, "close", version=again(item).version, reason="完").state == "closed"

    @pytest.mark.parametrize(("verb", "who"), [("decline", "rescuer"), ("withdraw", "dispatcher")])
    def test_declined_or_withdrawn_is_finished_too(self, world: World, verb: str, who: str) -> None:
        item, desk = world.call(), world.viewer("dispatcher")
        (task,) = ask(world, item, "rescue")
        act(world.viewer(who), task.number, verb, version=task.version, reason="不需要")
        assert act(desk, item.number, "close", version=again(item).version, reason="完").state == "closed"


class TestSideBySide:
    def test_the_owner_first_then_each_agency_with_state_and_verbs(self, world: World) -> None:
        item = world.call()
        (task,) = ask(world, item, "rescue")
        page = world.client("dispatcher").get(f"/calls/{item.number}").content.decode()
        assert page.index("海曙分局</b>") < page.index("水上救援队</b>")
        assert f"/calls/{item.number}/joint/{task.number}/withdraw" in page
        url = f"/calls/{item.number}/joint/{task.number}/accept"
        assert world.client("rescuer").post(url, {"version": task.version}).status_code == 302
        assert again(task).state == "accepted"

    def test_an_agency_sees_its_own_task_only(self, world: World) -> None:
        item = world.call()
        rescue, _hotline = ask(world, item, "rescue", "12345")
        page = world.client("partner").get(f"/calls/{item.number}").content.decode()
        assert rescue.number not in page
        url = f"/calls/{item.number}/joint/{rescue.number}/accept"
        assert world.client("partner").post(url, {"version": rescue.version}).status_code == 404
        assert again(rescue).state == "asked"

    def test_a_version_that_is_gone_is_said_and_nothing_done(self, world: World) -> None:
        item = world.call()
        (task,) = ask(world, item, "rescue")
        client, url = world.client("dispatcher"), f"/calls/{item.number}/joint/{task.number}/accept"
        answer = client.post(url, {"version": task.version + 5}, HTTP_HX_REQUEST="true")
        assert answer.status_code == 422
        assert "刚被他人更改" in answer.content.decode()
        assert again(task).state == "asked"
