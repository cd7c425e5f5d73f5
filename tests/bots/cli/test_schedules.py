"""`tasktalk schedules`: what runs by itself is listed, paused and resumed, whether a server runs or not."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.cli import schedules as command
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.database import Database
from tests.conftest import START
from tests.stage import Stage

SCRIPT = (
    'SET SCHEDULE "weekdays at 8am" TIMEZONE "Europe/Berlin" MISFIRE skip\n'
    'IF channel = "test" THEN\n  SET SCHEDULE "every 2 hours", "remind.bas"\n'
    '  id = CREATE TASK "Report"\n  SET TASK SCHEDULE id, "monthly"\nEND IF\nTALK "Hello."\n'
)


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["schedules", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def served(folder: Path, talk: Callable[[Stage], Awaitable[Any]], later: timedelta = timedelta()) -> Any:
    async def serve() -> Any:
        stage = Stage(folder, VirtualClock(START + later))
        stage.write(SCRIPT)
        stage.write('TALK "Again."\n', "remind.bas")
        await stage.open()
        try:
            return await talk(stage)
        finally:
            await stage.engine.settle()
            await stage.close()

    return asyncio.run(serve())


@pytest.fixture
def db(tmp_path: Path) -> Path:
    served(tmp_path, lambda stage: stage.say("hi"))
    return tmp_path / "test.db"


def found(db: Path) -> dict[str, dict[str, Any]]:
    rows = map(json.loads, run("--json", "--db", db)[1].splitlines())
    return {row["spec"]: row for row in rows}


def test_the_list_says_what_runs_for_what_and_when_next(db: Path) -> None:
    code, out, err = run("--db", db)
    head, *rows = [re.split("  +", line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert head == ["ID", "BOT", "SCRIPT", "FOR", "TIMES", "ZONE", "NEXT"]
    rows.sort(key=lambda row: row[4])
    task = rows[1][3]
    assert re.fullmatch("task [0-9a-z]{26}", task)
    assert [row[1:] for row in rows] == [
        ["helper", "remind.bas", "a talk", "every 2 hours", "UTC", "2026-01-05 11:00:00"],
        ["helper", "task.bas", task, "monthly", "UTC", "2026-02-05 09:00:00"],
        ["helper", "start.bas", "the script", "weekdays at 8am", "Europe/Berlin", "2026-01-06 07:00:00"],
    ]
    assert run("list", "helper", "--db", db) == run("helper", "--db", db) == run("--db", db)


def test_programs_get_all_of_it(db: Path) -> None:
    row = found(db)["weekdays at 8am"]
    assert (row["misfire"], row["overlap"], row["jitter_seconds"], row["is_paused"]) == ("skip", "queue", 0, False)
    assert (row["next_run_at"], row["fires_at"], row["held_by"]) == (*["2026-01-06T07:00:00+00:00"] * 2, None)


def test_those_after_one_are_the_next_page(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "MOST_LISTED", 2)
    code, out, err = run("--json", "--db", db)
    first = [json.loads(line)["id"] for line in out.splitlines()]
    assert (code, err) == (0, f"There may be more: go on with --after {first[-1]}.\n")
    code, out, err = run("--json", "--after", first[-1], "--db", db)
    assert (code, err) == (0, "")
    assert len({*first, *(json.loads(line)["id"] for line in out.splitlines())}) == 3


def test_a_slip_in_a_bots_name_is_told(db: Path) -> None:
    assert run("helpr", "--db", db) == (1, "", "Error: the database knows no bot 'helpr'; did you mean helper?\n")


def test_one_is_paused_and_goes_on(db: Path, tmp_path: Path) -> None:
    schedule_id = found(db)["every 2 hours"]["id"]
    assert run("pause", schedule_id, "--db", db) == (0, f"The schedule {schedule_id} is paused.\n", "")
    assert [line.split()[-1] for line in run("--db", db)[1].splitlines() if schedule_id in line] == ["paused"]
    served(tmp_path, lambda stage: stage.pass_time(timedelta(hours=5)))
    assert served(tmp_path, lambda stage: stage.rows("run"), timedelta(hours=5)) == []
    assert run("resume", schedule_id, "--db", db) == (0, f"The schedule {schedule_id} goes on.\n", "")
    row = found(db)["every 2 hours"]
    assert (row["is_paused"], row["fires_at"] is not None) == (False, True)


def test_one_that_there_is_not_is_told(db: Path) -> None:
    assert run("pause", "sch_x", "--db", db) == (1, "", "Error: there is no schedule sch_x\n")


def test_where_nothing_runs_by_itself(tmp_path: Path) -> None:
    asyncio.run(made(tmp_path / "test.db"))
    assert run("--db", tmp_path / "test.db") == (0, "Nothing runs by itself.\n", "")


async def made(path: Path) -> None:
    await (await Database.open(str(path))).close()
