"""`tasktalk why`: the next times and the reasons of what happened, read from what a server left."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.cli import why as command
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask, Ports
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tests.stage import Stage

MIDNIGHT = datetime(2020, 3, 28, tzinfo=UTC)
NIGHT = 'SET SCHEDULE "30 2 * * *" TIMEZONE "Europe/Berlin"\nTALK "Good night."\n'


def why(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["why", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def served(folder: Path, play: Callable[[Stage], Awaitable[Any]], at: datetime = MIDNIGHT) -> Any:
    async def serve() -> Any:
        stage = Stage(folder, VirtualClock(at))
        stage.write(NIGHT)
        await stage.open()
        try:
            return await play(stage)
        finally:
            await stage.engine.settle()
            await stage.close()

    return asyncio.run(serve())


async def with_task(stage: Stage, **given: Any) -> str:
    work = UnitOfWork(stage.database, stage.clock.now())
    tasks = Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test"), Ports(lambda _: True))
    task = await tasks.create(NewTask(title="report", **given))
    await work.commit()
    return task.id


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Two nights, the second one that in which the clocks go forward."""
    served(tmp_path, lambda stage: stage.pass_time(timedelta(days=2)))
    return tmp_path / "test.db"


def test_a_script_tells_why_its_time_was_moved(db: Path) -> None:
    code, out, err = why("helper/start", "--at", "2020-03-29T02:30", "--db", db)
    assert (code, err) == (0, "")
    head, verdict, on_wall, *rest = out.splitlines()
    assert (head, verdict) == ("helper/start.bas: 30 2 * * *, Europe/Berlin", "2020-03-29 01:00 UTC: completed")
    assert on_wall.startswith("  02:30 does not exist on 29 March in Europe/Berlin: the clocks go forward over it.")
    assert rest == [
        "  It ran: the run began 2020-03-29 01:00 UTC and completed 2020-03-29 01:00 UTC.",
        "  The clock change of 29 March moves it to 03:00: the time it is for does not exist that day.",
    ]


@pytest.mark.parametrize("at", ["0001-01-01", "1970-12-31T23:59", "9001-01-01", "9999-12-31T23:59-12:00"])
def test_a_time_at_the_end_of_all_years_is_refused(db: Path, at: str) -> None:
    code, out, err = why("helper/start", "--at", at, "--db", db)
    assert (code, out) == (2, "")
    assert f"expected a time of the years 1971 to 9000, got {at!r}" in err


def test_a_script_may_have_schedules_of_its_own_and_in_talks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(stage: Stage) -> None:
        stage.write(NIGHT + 'IF channel = "test" THEN\n  SET SCHEDULE "hourly"\nEND IF\n')
        for name in ("ana", "bo"):
            await stage.say("hi", name)

    served(tmp_path, talk)
    db = tmp_path / "test.db"
    heads = [line for line in why("helper/start", "--db", db)[1].splitlines() if line.startswith("helper")]
    assert heads[0] == "helper/start.bas: 30 2 * * *, Europe/Berlin"
    assert [re.sub("cnv_[0-9a-z]+", "cnv_…", head) for head in heads[1:]] == [
        "helper/start.bas in the talk cnv_…: hourly, counted from 2020-03-28 00:00 UTC"
    ] * 2
    monkeypatch.setattr(command, "MOST_LISTED", 2)
    code, out, err = why("helper/start", "--json", "--db", db)
    assert (code, err) == (0, "There may be more: tasktalk schedules lists them all.\n")
    assert [json.loads(line)["conversation_id"] is None for line in out.splitlines()] == [True, False]


def test_a_bot_that_there_is_not_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    served(tmp_path, lambda stage: with_task(stage, schedule="hourly"))  # which has no bot
    code, out, err = why("nobody/start", "--db", tmp_path / "test.db")
    assert (code, out, err) == (1, "", "Error: the database knows no bot 'nobody'; it knows helper\n")


def test_for_programs_it_is_one_object(db: Path) -> None:
    found = json.loads(why("helper/start.bas", "--at", "2020-03-28T01:31Z", "--json", "--db", db)[1])
    assert (found["verdict"], found["at"], found["run_id"]) == ("not-due", "2020-03-28T01:31:00+00:00", None)
    found = json.loads(why("helper/start.bas", "--at", "2020-03-28T01:30Z", "--json", "--db", db)[1])
    assert found["verdict"] == "completed"
    assert found["run_id"].startswith("run_")
    assert found["schedule"] == "30 2 * * *, Europe/Berlin"


def test_the_next_times_and_the_last_one(db: Path) -> None:
    found = json.loads(why("helper/start", "--count", 1, "--json", "--db", db)[1])
    assert found["last"] == {"planned_at": "2020-03-29T01:00:00+00:00", "status": "completed", "reason": None}
    assert [each["at"] for each in found["next"]] == ["2020-03-30T00:30:00+00:00"]
    lines = why("helper/start", "--count", 1, "--db", db)[1].splitlines()
    assert lines[1] == "Next, in UTC:"
    assert lines[2].startswith("  2020-03-30 00:30  30 2 * * *, Europe/Berlin")
    assert lines[3] == "The last one, 2020-03-29 01:00, is completed."


def test_a_task_says_what_was_missed_while_nothing_ran(tmp_path: Path) -> None:
    task_id = served(tmp_path, lambda stage: with_task(stage, bot="helper", schedule="every 15 minutes"))
    served(tmp_path, lambda stage: stage.pass_time(timedelta()), at=MIDNIGHT + timedelta(hours=3))
    db = tmp_path / "test.db"
    found = json.loads(why(f"tsk_{task_id}", "--at", "2020-03-28T02:00Z", "--json", "--db", db)[1])
    assert found["verdict"] == "coalesced"
    assert found["title"] == "report"
    assert "stands for it" in found["sentences"][0]
    after = json.loads(why(task_id, "--at", "2020-03-28T03:00Z", "--json", "--db", db)[1])
    assert (after["verdict"], after["task_id"]) == ("completed", f"tsk_{task_id}")
    assert "It stands for 11 due times before it, too, which had no run of their own." in after["sentences"]


def test_a_task_that_is_gone_has_no_schedule_or_never_was(tmp_path: Path) -> None:
    async def made(stage: Stage) -> tuple[str, str]:
        plain, gone = await with_task(stage), await with_task(stage, bot="helper", schedule="hourly")
        work = UnitOfWork(stage.database, stage.clock.now())
        await Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test"), Ports(lambda _: True)).delete(gone)
        await work.commit()
        return plain, gone

    plain, gone = served(tmp_path, made)
    db = tmp_path / "test.db"
    assert why(gone, "--db", db) == (
        1,
        "",
        f"Error: the task {gone} was deleted 2020-03-28 00:00 UTC by ana: it runs no more\n",
    )
    code, _, err = why(plain, "--db", db)
    assert (code, err) == (1, f"Error: the task {plain} has no schedule, so it runs at no time: it has no bot\n")
    assert why("nobody", "--db", db)[2] == (
        "Error: there is no task nobody: give its id, or BOT/SCRIPT for a script's own schedule\n"
    )


def test_a_task_without_a_bot_says_so_ahead(tmp_path: Path) -> None:
    async def made(stage: Stage) -> str:
        task_id = await with_task(stage, bot="helper", schedule="hourly")
        work = UnitOfWork(stage.database, stage.clock.now())
        tasks = Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test"), Ports(lambda _: True))
        await tasks.update(task_id, {"bot": None})
        await work.commit()
        return task_id

    task_id, db = served(tmp_path, made), tmp_path / "test.db"
    said = "The task has no bot to run it: at none of its times will it run until it is assigned to one."
    code, out, err = why(task_id, "--count", 2, "--db", db)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == said
    assert len(out.splitlines()) == 5
    found = json.loads(why(task_id, "--at", "2999-03-28T01:00Z", "--json", "--db", db)[1])
    assert (found["verdict"], found["sentences"][-1]) == ("no-bot", said)


def test_slips_in_names_and_times_are_told(db: Path) -> None:
    assert why("helpr/start", "--db", db)[2] == "Error: the database knows no bot 'helpr'; did you mean helper?\n"
    assert why("helper/strat", "--db", db)[2] == (
        "Error: the database knows no schedule of a script 'strat.bas'; did you mean start.bas?\n"
    )
    code, _, err = why("helper/start", "--at", "noon", "--db", db)
    assert code == 2
    assert "expected a time such as 2026-03-01T08:00, got 'noon'" in " ".join(err.split())
    assert why("x", "--db", db.with_name("none.db"))[0] == 1
    assert not db.with_name("none.db").exists()
