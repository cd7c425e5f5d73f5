"""What a killed process leaves behind of the runs of tasks: each begins once and ends once, whenever that was.

As in test_crashes: the files are copied at every named instant, and from each copy everything goes on to its end.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tasktalk.bots.virtual_time import pass_time
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.tasks.model import NewTask
from tests.conftest import START
from tests.runtime.runs.acts import within
from tests.runtime.sqlite.test_crashes import Images
from tests.stage import BOT, ECHO, Stage

WORK = """
TALK task.title
SET BOT MEMORY task.title, (GET BOT MEMORY task.title) + 1
WAIT 1 MINUTE
IF task.title = "flaky" AND GET BOT MEMORY "flaky" < 2 THEN THROW "no answer"
IF task.title = "slow" THEN HEAR never
RETURN task.title
"""
ONE_AT_A_TIME = Conduct(tasks_at_once=1)


async def prepare(stage: Stage) -> None:
    """Tasks of each kind, and what is asked of them, which nobody has begun with."""
    tasks, runs = within(stage)
    await tasks.create(NewTask("timed", bot=BOT, schedule="every 2 minutes", session_ms=120_000))
    await tasks.create(NewTask("flaky", assignee=BOT, retries=1))
    await tasks.create(NewTask("slow", assignee=BOT, session_ms=90_000, priority="high"))
    asked = await tasks.create(NewTask("asked", bot=BOT))
    for _ in range(2):
        await runs.trigger(asked.id)
    await tasks.work.commit()


async def play(stage: Stage) -> dict[str, Any]:
    """Everything of some minutes, and what has become of it."""
    assert isinstance(stage.clock, VirtualClock)
    await pass_time(stage.engine, stage.clock, START + timedelta(minutes=4, seconds=30))
    names = {row["id"]: row["title"] for row in await stage.rows("task")}
    found = [
        (names[row["task_id"]], row["cause"], row["status"], row["attempt"], row["started_at"], row["ended_at"])
        for row in await stage.rows("run")
    ]
    return {
        "runs": sorted(found, key=lambda run: (run[0], run[4] or START, run[2])),
        "tasks": sorted((row["title"], row["status"], row["resolution"]) for row in await stage.rows("task")),
        "said": sorted(row["text"] for row in await stage.rows("message")),
        "events": sorted(row["kind"] for row in await stage.rows("event")),
        "sessions": sorted(row["status"] for row in await stage.rows("session")),
        "timers": [row["due_at"] for row in await stage.rows("timer")],
        "pending": await stage.rows("pending_event"),
    }


async def test_every_instant_can_be_the_last_of_a_run(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "first", VirtualClock(START))
    images = Images(stage, tmp_path / "images")
    stage.write(ECHO)
    stage.write(WORK, "task.bas")
    is_prepared = False

    def take(instant: str) -> None:
        if is_prepared:
            images.take(instant)

    await stage.open(conduct=ONE_AT_A_TIME, crash=take)
    await prepare(stage)
    is_prepared = True
    expected = await play(stage)
    await stage.close()
    assert [run[:4] for run in expected["runs"]] == [
        ("asked", "trigger", "completed", 1),
        ("asked", "trigger", "completed", 1),
        ("flaky", "pickup", "completed", 2),
        ("slow", "pickup", "timed_out", 1),
        ("timed", "schedule", "completed", 1),
        ("timed", "schedule", "running", 1),
    ]
    assert expected["tasks"] == [
        ("asked", "pending", None),
        ("flaky", "completed", "flaky"),
        ("slow", "failed", "it was not done when its time was up"),
        ("timed", "pending", None),
    ]
    instants = {"after-run-commit", "after-handlers-commit", "before-turn-commit", "before-commit", "after-commit"}
    assert instants <= {instant for instant, _, _ in images.taken}
    for number, (instant, image, when) in enumerate(images.taken):
        again = Stage(tmp_path / f"again-{number}", VirtualClock(when))
        again.write(ECHO)
        again.write(WORK, "task.bas")
        await again.open(image, conduct=ONE_AT_A_TIME)
        found = await play(again)
        await again.close()
        assert found == expected, f"after a kill at {number}: {instant}"
