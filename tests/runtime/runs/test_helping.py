"""A task whose bot asks a person needs help until it has its answer."""

from datetime import timedelta

from tasktalk.runtime import sessions
from tasktalk.runtime.tasks.messages import Messages
from tasktalk.runtime.tasks.model import Task
from tests.runtime.runs.acts import cancel, change, go_on, make, now_is, statuses, trigger, within
from tests.stage import BOT, ECHO, Stage

ASKS = 'TALK "Hello."\nHEAR size WITH "Which size?"\nWAIT 1 HOUR\nRETURN size\n'


async def begun(stage: Stage, script: str = ASKS) -> Task:
    """A task that the bot has taken up."""
    stage.write(ECHO)
    stage.write(script, "task.bas")
    await stage.open()
    return await make(stage, assignee=BOT)


async def answer(stage: Stage, task: Task, text: str) -> None:
    """A person answers whichever script of the task waits to hear that."""
    heard = await Messages(within(stage)[0]).listener(task.id)
    assert heard is not None
    await stage.receive(text, heard.address, channel=heard.channel)
    await go_on(stage)


async def history(stage: Stage, task: Task) -> list[object]:
    """Each status that the task was given, and by whom."""
    found = sorted(await stage.rows("event", subject_id=task.id), key=lambda row: row["sequence"])
    return [(row["actor"], row["changes"]["status"][1]) for row in found if "status" in row["changes"]]


async def test_bb_23_a_task_whose_bot_waits_for_an_answer_needs_help_until_it_comes(stage: Stage) -> None:
    task = await begun(stage)
    assert (await now_is(stage, task)).status == "needs_help"
    await answer(stage, task, "large")
    assert (await now_is(stage, task)).status == "in_progress"
    await stage.pass_time(timedelta(hours=1))
    done = await now_is(stage, task)
    assert (done.status, done.resolution) == ("completed", "large")
    assert await history(stage, task) == [
        ("ana", "pending"),
        (BOT, "in_progress"),
        (BOT, "needs_help"),
        (BOT, "in_progress"),
        (BOT, "completed"),
    ]


async def test_bb_23_what_was_said_is_shown_once_and_in_order(stage: Stage) -> None:
    task = await begun(stage)
    await answer(stage, task, "large")
    messages = Messages(within(stage)[0])
    found = await messages.page(task.id, 1, 10)
    assert [(said.role, said.content[0]["text"]) for said in found] == [
        ("assistant", "Hello."),
        ("assistant", "Which size?"),
        ("user", "large"),
    ]
    assert await messages.page(task.id, 2, 2) == found[2:]
    assert await messages.newest(await now_is(stage, task), 2) == found[1:]
    assert await messages.listener(task.id) is None


async def test_the_script_sees_that_it_is_in_progress(stage: Stage) -> None:
    task = await begun(stage, "HEAR x\nRETURN task.status + GET TASK STATUS task.id\n")
    await answer(stage, task, "now")
    assert (await now_is(stage, task)).resolution == "in_progressin_progress"


async def test_an_answer_in_time_and_none_go_on_alike(stage: Stage) -> None:
    task = await begun(stage, "HEAR x TIMEOUT 1 HOUR\nWAIT 1 HOUR\n")
    assert (await now_is(stage, task)).status == "needs_help"
    await stage.pass_time(timedelta(hours=1))
    assert (await now_is(stage, task)).status == "in_progress"


async def test_a_task_that_a_person_has_ended_stays_ended(stage: Stage) -> None:
    task = await begun(stage)
    await change(stage, task, status="completed")
    await answer(stage, task, "large")
    assert (await now_is(stage, task)).status == "completed"


async def test_what_a_person_says_that_a_task_needs_stays_while_its_bot_waits_for_time(stage: Stage) -> None:
    task = await begun(stage, "WAIT 1 HOUR\nWAIT 1 HOUR\n")
    await change(stage, task, status="needs_help")
    await stage.pass_time(timedelta(hours=3))
    assert (await now_is(stage, task)).status == "needs_help"


async def test_a_scheduled_task_keeps_its_own_status(stage: Stage) -> None:
    stage.write("HEAR x\n")
    await stage.open()
    task = await make(stage, schedule="every 1 hour", status="in_progress")
    await stage.pass_time(timedelta(hours=1, minutes=1))
    assert (await statuses(stage), (await now_is(stage, task)).status) == (["running"], "in_progress")


async def test_a_run_that_ends_while_it_waits_leaves_no_need_of_help(stage: Stage) -> None:
    task = await begun(stage)
    await cancel(stage, task)
    assert (await now_is(stage, task)).status == "cancelled"

    asked = await make(stage, status="in_progress", title="asked for")
    await trigger(stage, asked)
    assert (await now_is(stage, asked)).status == "needs_help"
    await cancel(stage, asked)
    assert (await now_is(stage, asked)).status == "in_progress"


async def test_a_run_that_fails_at_the_answer_fails_its_task(stage: Stage) -> None:
    task = await begun(stage, 'HEAR x\nTHROW "no such size"\n')
    await answer(stage, task, "huge")
    assert (await now_is(stage, task)).status == "failed"


async def test_a_session_that_is_ended_or_begun_anew_while_it_waits(stage: Stage) -> None:
    task = await begun(stage)
    [session] = await stage.rows("session")
    await sessions.restart(stage.database, stage.clock.now(), session["id"], "ana")
    stage.engine.look_again()
    await go_on(stage)
    assert (await now_is(stage, task)).status == "needs_help"
    [session] = await stage.rows("session", status="waiting")
    await sessions.end(stage.database, stage.clock.now(), session["id"], "ana")
    assert (await now_is(stage, task)).status == "failed"


async def test_on_task_started_is_not_of_going_on(stage: Stage) -> None:
    stage.write('ON TASK STARTED\n  n = GET BOT MEMORY "n"\n  SET BOT MEMORY "n", 1 + n\nEND ON\n', "started.bas")
    task = await begun(stage)
    await answer(stage, task, "large")
    [kept] = await stage.rows("memory", key="n")
    assert kept["version"] == 1
