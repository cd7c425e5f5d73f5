"""`tasktalk runs`: what ran for tasks is listed, shown and cancelled, whether a server runs or not."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.runtime.runs.acts import make, trigger
from tests.stage import Stage

SCRIPT = """
TALK "Begins"
IF task.title = "bad" THEN THROW "no answer"
IF task.title = "slow" THEN WAIT 1 HOUR
RETURN 7
"""


def runs(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["runs", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def served(folder: Path, work: Callable[[Stage], Awaitable[Any]]) -> Any:
    async def serve() -> Any:
        stage = Stage(folder, VirtualClock(START))
        stage.write(SCRIPT)
        await stage.open()
        try:
            return await work(stage)
        finally:
            await stage.engine.settle()
            await stage.close()

    return asyncio.run(serve())


async def triggered(stage: Stage) -> Sequence[str]:
    """A good run, a bad one, one that is under way and one behind it."""
    found = []
    for title, times in (("good", 1), ("bad", 1), ("slow", 2)):
        found += await trigger(stage, await make(stage, title), times)
    return found


@pytest.fixture
def db(tmp_path: Path) -> Path:
    served(tmp_path, triggered)
    return tmp_path / "test.db"


def listed(db: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in runs("--json", "--db", db)[1].splitlines()]


def test_the_list_says_what_ran_and_why(db: Path) -> None:
    head, *rows = [re.split("  +", line) for line in runs("--db", db)[1].splitlines()]
    assert head == ["ID", "TASK", "BOT", "CAUSE", "STATUS", "PLANNED", "STARTED", "ENDED", "REASON"]
    at = "2026-01-05 09:00:00"
    assert [row[1:] for row in rows] == [
        ["slow", "helper", "trigger", "queued", at, "-", "-", "-"],
        ["slow", "helper", "trigger", "running", at, at, "-", "-"],
        ["bad", "helper", "trigger", "failed", at, at, at, "no answer"],
        ["good", "helper", "trigger", "completed", at, at, at, "-"],
    ]
    found = listed(db)
    assert [row["result"] for row in found] == [None, None, None, {"value": 7}]
    task_id = found[0]["task_id"]
    of_task = runs("list", f"tsk_{task_id}", "--db", db)[1].splitlines()[1:]
    assert [line.split()[0] for line in of_task] == [row["id"] for row in found[:2]]
    assert runs("tsk_x", "--db", db) == (1, "", "Error: there is no task tsk_x\n")


def test_one_shows_what_was_said_and_how_it_ended(db: Path) -> None:
    found = listed(db)
    code, shown, _ = runs("show", found[3]["id"], "--db", db)
    assert code == 0
    lines = [re.split("  +", line) for line in shown.splitlines()]
    assert ["status:", "completed"] in lines
    assert ["result:", "7"] in lines
    assert lines[-2:] == [["AT", "TEXT"], ["2026-01-05 09:00:00", "Begins"]]
    bad = runs("show", found[2]["id"], "--db", db)[1]
    assert "error:       no answer\n" in bad
    assert "in:          start.bas, line 3\n" in bad
    assert bad.endswith("Nothing was said in it.\n")
    as_json = json.loads(runs("show", found[3]["id"], "--json", "--db", db)[1])
    assert as_json["messages"] == [{"at": "2026-01-05T09:00:00+00:00", "text": "Begins"}]
    assert as_json["cause"] == "trigger"
    assert runs("show", "run_x", "--db", db)[2] == "Error: there is no run run_x: tasktalk runs lists them\n"


def test_one_is_cancelled_and_the_next_server_begins_with_the_one_behind_it(tmp_path: Path, db: Path) -> None:
    waiting, doing, *_ = listed(db)
    answer = runs("cancel", doing["id"], "--reason", "too slow", "--db", db)
    assert answer == (0, f"The run {doing['id']} is cancelled.\n", "")
    assert runs("cancel", doing["id"], "--db", db)[1] == f"The run {doing['id']} was over already.\n"
    assert runs("cancel", "run_x", "--db", db)[0] == 1

    async def look(stage: Stage) -> dict[str, str]:
        await stage.engine.settle()
        return {row["id"]: row["status"] for row in await stage.rows("run")}

    found = served(tmp_path, look)
    assert (found[doing["id"]], found[waiting["id"]]) == ("cancelled", "running")
    assert next(row for row in listed(db) if row["id"] == doing["id"])["reason"] == "too slow"


def test_a_database_without_runs_says_so(tmp_path: Path) -> None:
    async def nothing(stage: Stage) -> None:
        await stage.engine.settle()

    served(tmp_path, nothing)
    assert runs("--db", tmp_path / "test.db") == (0, "No task has run yet.\n", "")
