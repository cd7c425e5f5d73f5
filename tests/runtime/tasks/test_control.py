"""A person takes a task over: nothing of it advances until it is given back."""

from datetime import timedelta

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.engine import handed
from tasktalk.runtime.tasks.control import Control
from tasktalk.runtime.tasks.messages import Messages
from tasktalk.runtime.tasks.model import Task
from tests.runtime.runs.acts import change, delete, go_on, make, now_is, statuses, trigger, within
from tests.stage import BOT, ECHO, Stage

HOUR = timedelta(hours=1)


async def steer(stage: Stage, task: Task, verb: str) -> None:
    tasks, _ = within(stage)
    await getattr(Control(tasks), verb)(task.id)
    await tasks.work.commit()
    for conversation_id in handed(tasks.work.writes):
        stage.engine.look_at(conversation_id)
    await go_on(stage)


async def opened(stage: Stage, script: str) -> None:
    stage.write(ECHO)
    stage.write(script, "task.bas")
    await stage.open()


async def test_bb_27_a_run_under_way_stands_still_and_goes_on(stage: Stage) -> None:
    await opened(stage, "WAIT 1 HOUR\n")
    task = await make(stage, assignee=BOT)
    await steer(stage, task, "take_over")
    await stage.pass_time(3 * HOUR)
    assert (await statuses(stage), (await now_is(stage, task)).status) == (["running"], "in_progress")
    await steer(stage, task, "give_back")
    assert (await statuses(stage), (await now_is(stage, task)).status) == (["completed"], "completed")
    changes = [row["changes"].get("control") for row in await stage.rows("event", subject_id=task.id)]
    assert [each for each in changes if each] == [["assistant", "user"], ["user", "assistant"]]


async def test_x_20_who_has_taken_a_talk_over_and_by_which_way_is_recorded(stage: Stage) -> None:
    await opened(stage, "WAIT 1 HOUR\n")
    task = await make(stage, assignee=BOT)
    for verb in ("take_over", "give_back", "take_over"):
        await steer(stage, task, verb)
    await delete(stage, task)
    events = sorted(await stage.rows("event", subject="conversation"), key=lambda row: row["sequence"])
    kinds = ["conversation_handed_over", "conversation_given_back"] * 2
    assert [row["kind"] for row in events] == kinds
    assert {(row["actor"], row["source"], row["organisation_id"]) for row in events} == {("ana", "test", "default")}


async def test_bb_27_no_run_begins_of_a_task_that_is_taken_over(stage: Stage) -> None:
    await opened(stage, "RETURN\n")
    task = await make(stage)
    await steer(stage, task, "take_over")
    await change(stage, task, assignee=BOT)
    await trigger(stage, task)
    other = await make(stage, "other", assignee=BOT)
    assert ((await now_is(stage, task)).status, (await now_is(stage, other)).status) == ("pending", "completed")
    assert sorted(await statuses(stage)) == ["completed", "queued"]
    await steer(stage, task, "give_back")
    assert ((await now_is(stage, task)).status, await statuses(stage)) == ("completed", ["completed"] * 3)


async def test_bb_27_what_is_said_meanwhile_is_no_answer(stage: Stage) -> None:
    await opened(stage, "HEAR x\nRETURN x\n")
    task = await make(stage, assignee=BOT)
    heard = await Messages(within(stage)[0]).listener(task.id)
    assert heard is not None
    await steer(stage, task, "take_over")
    assert await Messages(within(stage)[0]).listener(task.id) is None
    await stage.receive("to the person", heard.address, channel=heard.channel)
    await go_on(stage)
    await steer(stage, task, "give_back")
    assert (await now_is(stage, task)).status == "needs_help"
    await stage.receive("to the bot", heard.address, channel=heard.channel)
    await go_on(stage)
    assert (await now_is(stage, task)).resolution == "to the bot"
    assert [said.content[0]["text"] for said in await Messages(within(stage)[0]).page(task.id, 1, 9)] == [
        "to the person",
        "to the bot",
    ]


@pytest.mark.parametrize("script", ["WAIT 1 HOUR\n", "HEAR x TIMEOUT 1 HOUR\n", "HEAR x\n"])
async def test_bb_27_one_that_is_taken_over_can_be_cancelled_and_deleted(stage: Stage, script: str) -> None:
    await opened(stage, script)
    cancelled, deleted = [await make(stage, title, assignee=BOT) for title in ("cancelled", "deleted")]
    for task in (cancelled, deleted):
        await steer(stage, task, "take_over")
    await stage.pass_time(2 * HOUR)
    await steer(stage, cancelled, "cancel")
    await delete(stage, deleted)
    assert (await now_is(stage, cancelled)).status == "cancelled"
    assert (await stage.rows("takeover"), await stage.rows("handover")) == ([], [])
    assert (await statuses(stage))[0] == "cancelled"
    await stage.pass_time(2 * HOUR)
    assert (await statuses(stage))[1] == ("running" if script == "HEAR x\n" else "completed")


async def test_bb_27_each_change_of_hands_is_refused_where_it_is_none(stage: Stage) -> None:
    await opened(stage, "RETURN\n")
    task = await make(stage)
    control = Control(within(stage)[0])
    with pytest.raises(Refused, match="Nobody has taken this task over"):
        await control.give_back(task.id)
    await steer(stage, task, "take_over")
    with pytest.raises(Refused, match="A person has this task already") as refused:
        await Control(within(stage)[0]).take_over(task.id)
    assert refused.value.hint == "give it back first"
    await change(stage, task, status="completed")
    with pytest.raises(Refused, match="This task is completed already"):
        await Control(within(stage)[0]).cancel(task.id)
