"""What a killed process leaves behind of a task's way through a pipeline: each stage is done once, whenever that was.

As in test_crashes: the files are copied at every named instant, and from each copy everything goes on to its end.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.runtime.runs.stage_acts import enter, pipeline
from tests.runtime.sqlite.test_crashes import Images
from tests.stage import ECHO, Stage

WORK = """
SET BOT MEMORY "begun", (GET BOT MEMORY "begun") + 1
WAIT 30 SECONDS
SET BOT MEMORY "done", (GET BOT MEMORY "done") + 1
"""
BAD = """
WAIT 30 SECONDS
THROW "no answer"
"""


def write(stage: Stage) -> None:
    for name, source in (("start.bas", ECHO), ("task.bas", WORK), ("bad.bas", BAD)):
        stage.write(source, name)


async def play(stage: Stage) -> dict[str, Any]:
    """Everything of some minutes, and what has become of it."""
    await stage.pass_time(START + timedelta(minutes=5) - stage.clock.now())
    return {
        "tasks": [(row["title"], row["status"], row["version"]) for row in await stage.rows("task")],
        "stages": [(row["attempt"], row["again_at"], row["moves"]) for row in await stage.rows("task_stage")],
        "runs": [(row["cause"], row["script"], row["status"], row["ended_at"]) for row in await stage.rows("run")],
        "events": sorted(row["kind"] for row in await stage.rows("event")),
        "memory": [(row["key"], row["value"]) for row in await stage.rows("memory")],
        "pending": await stage.rows("pending_event"),
    }


async def test_x_21_every_instant_can_be_the_last_of_a_stage(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "first", VirtualClock(START))
    images = Images(stage, tmp_path / "images")
    is_prepared = False

    def take(instant: str) -> None:
        if is_prepared:
            images.take(instant)

    write(stage)
    await stage.open(crash=take)
    await pipeline(
        stage, {}, {"script": "bad.bas", "attempts": 2, "pause_seconds": 45, "failed_next": 4}, {}, {"next": 3}
    )
    await enter(stage, "in_progress")
    is_prepared = True
    expected = await play(stage)
    await stage.close()
    assert [run[:3] for run in expected["runs"]] == [
        ("step", "task.bas", "completed"),
        ("step", "bad.bas", "failed"),
        ("retry", "bad.bas", "failed"),
        ("step", "task.bas", "completed"),
        ("step", "task.bas", "completed"),
    ]
    assert expected["tasks"][0][:2] == ("t", "completed")
    assert expected["stages"] == [(1, None, 3)]
    assert {"before-turn-commit", "before-commit", "after-commit"} <= {instant for instant, _, _ in images.taken}
    for number, (instant, image, when) in enumerate(images.taken):
        again = Stage(tmp_path / f"again-{number}", VirtualClock(when))
        write(again)
        await again.open(image)
        found = await play(again)
        await again.close()
        assert found == expected, f"after a kill at {number}: {instant}"
