"""What a task says of its runs: with whom, how long, how often again."""

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.administration import Administration
from tasktalk.runtime.people import People
from tasktalk.runtime.tasks.model import NewTask, Ports
from tasktalk.runtime.tasks.service import Tasks
from tests.runtime.runs.acts import change, make, now_is, within
from tests.stage import Stage


@pytest.fixture
async def opened(stage: Stage) -> Stage:
    """A bot to which ana has written."""
    stage.write("RETURN")
    await stage.open()
    await stage.receive("hi")
    await stage.engine.settle()
    return stage


@pytest.mark.parametrize("given", [0, 1, 60_000, 3_600_000, None])
async def test_cbk_47_a_session_is_whole_milliseconds_up_to_an_hour(opened: Stage, given: int | None) -> None:
    assert (await now_is(opened, await make(opened, session_ms=given))).session_ms == given


@pytest.mark.parametrize("given", [-1, 3_600_001, 7_200_000, 1.5, "60", True])
async def test_cbk_47_49_another_session_is_refused_when_a_task_is_made_and_when_it_is_changed(
    opened: Stage, given: object
) -> None:
    task = await make(opened, session_ms=5)
    for ask in (lambda: make(opened, "No", session_ms=given), lambda: change(opened, task, session_ms=given)):
        with pytest.raises(Refused) as refused:
            await ask()
        assert refused.value.code == "invalid_session"
    assert [row["session_ms"] for row in await opened.rows("task")] == [5]


@pytest.mark.parametrize(("given", "code"), [("con_x", "contact_not_found"), ("", "invalid_contact")])
async def test_cbk_12_a_contact_that_is_not_there_is_refused(opened: Stage, given: str, code: str) -> None:
    task = await make(opened)
    for ask in (lambda: make(opened, "No", contact_id=given), lambda: change(opened, task, contact_id=given)):
        with pytest.raises(Refused) as refused:
            await ask()
        assert refused.value.code == code
    assert [row["title"] for row in await opened.rows("task")] == ["Report"]


@pytest.mark.parametrize("given", [-1, 101, 1.5, "2", None, True])
async def test_other_numbers_of_retries_are_refused(opened: Stage, given: object) -> None:
    with pytest.raises(Refused) as refused:
        await make(opened, retries=given)
    assert refused.value.code == "invalid_retries"


async def test_a_change_of_them_is_one_event_and_the_same_again_is_none(opened: Stage) -> None:
    [contact] = await opened.rows("contact")
    task = await make(opened)
    for _ in range(2):
        await change(opened, task, contact_id=contact["id"], session_ms=0, retries=3)
    found = await opened.rows("event", subject="task", kind="task_updated")
    assert [row["changes"] for row in found] == [
        {"contact_id": [None, contact["id"]], "session_ms": [None, 0], "retries": [0, 3]}
    ]


async def test_a_contact_who_is_removed_is_taken_out_of_the_tasks_that_are_run_with_them(opened: Stage) -> None:
    [contact] = await opened.rows("contact")
    await make(opened, contact_id=contact["id"], context={"who": "ana"}, schedule="daily", bot="helper")
    assert await People(opened.database).delete("test", "ana")
    [task] = await opened.rows("task")
    assert (task["contact_id"], "ana" in str(task["context"])) == (None, False)
    assert [row["said"] for row in await opened.rows("task_meta")] == ["deleted"]


async def test_a_bot_can_be_the_assignee_where_there_is_a_directory(opened: Stage) -> None:
    await Administration(opened.database, opened.clock, "ana").set_directory("default", has_directory=True)
    tasks, _ = within(opened)
    tasks = Tasks(tasks.work, tasks.actor, Ports(opened.bots.is_bot))
    assert (await tasks.create(NewTask("Do", assignee="helper"))).assignee == "helper"
    with pytest.raises(Refused) as refused:
        await tasks.create(NewTask("Do", assignee="nobody"))
    assert refused.value.code == "unknown_assignee"
