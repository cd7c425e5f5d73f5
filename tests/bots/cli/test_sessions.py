"""`tasktalk sessions`: those that wait are listed, ended, and begun anew, whether a server runs or not."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.databases import IS_POSTGRESQL
from tests.stage import ECHO, Stage


def sessions(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["sessions", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def served(folder: Path, talk: Callable[[Stage], Awaitable[Any]]) -> Any:
    async def serve() -> Any:
        stage = Stage(folder, VirtualClock(START))
        stage.write(ECHO)
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


def only(db: Path) -> dict[str, Any]:
    [found] = map(json.loads, sessions("--json", "--db", db)[1].splitlines())
    assert isinstance(found, dict)
    return found


def test_the_list_says_what_waits_for_what(db: Path) -> None:
    head, row = [re.split("  +", line) for line in sessions("--db", db)[1].splitlines()]
    assert head == ["ID", "BOT", "SCRIPT", "CHANNEL", "CONTACT", "WAITS FOR", "SINCE", "UNTIL"]
    assert row[1:] == ["helper", "start.bas", "test", "ana", "message", "2026-01-05 09:00:00", "-"]
    assert sessions("list", "helper", "--db", db) == sessions("helper", "--db", db) == sessions("--db", db)
    found = only(db)
    assert (found["wait_keyword"], found["since"], found["until"]) == ("HEAR", "2026-01-05T09:00:00+00:00", None)


def test_a_slip_in_a_bots_name_is_told(db: Path) -> None:
    assert sessions("helpr", "--db", db) == (1, "", "Error: the database knows no bot 'helpr'; did you mean helper?\n")
    assert sessions("desk", "--json", "--db", db) == (
        1,
        "",
        "Error: the database knows no bot 'desk'; it knows helper\n",
    )
    sessions("end", only(db)["id"], "--db", db)
    assert sessions("helper", "--db", db) == (0, "No session waits for anything.\n", "")


def test_one_is_ended_and_the_next_message_starts_the_bot_anew(tmp_path: Path, db: Path) -> None:
    session_id = only(db)["id"]
    assert sessions("end", session_id, "--reason", "spam", "--db", db)[1] == f"The session {session_id} has ended.\n"
    assert sessions("--db", db)[1] == "No session waits for anything.\n"
    code, _, err = sessions("end", session_id, "--db", db)
    assert (code, err) == (1, f"Error: the session {session_id} is over: it has ended\n")
    assert sessions("end", "ses_x", "--db", db)[2] == "Error: there is no session ses_x\n"
    assert served(tmp_path, lambda stage: stage.say("hi")) == ["Hello."]


def test_one_begins_anew_with_the_next_server(tmp_path: Path, db: Path) -> None:
    before = only(db)
    done = sessions("restart", before["id"], "--db", db)
    assert done == (0, f"The session {before['id']} has ended, and its script begins anew.\n", "")

    async def nothing(stage: Stage) -> None:
        return

    served(tmp_path, nothing)
    after = only(db)
    assert after["id"] != before["id"]
    assert after["conversation_id"] == before["conversation_id"]


@pytest.mark.skipif(IS_POSTGRESQL, reason="PostgreSQL keeps nothing in a column that is not made for it")
@pytest.mark.parametrize("is_expiry", [False, True])
def test_a_time_that_is_damaged_is_listed_as_such(tmp_path: Path, is_expiry: bool) -> None:
    async def wait(stage: Stage) -> None:
        stage.write("WAIT 5 MINUTES\n")
        await stage.reopen()
        await stage.say("hi")

    served(tmp_path, wait)
    db = tmp_path / "test.db"
    with closing(sqlite3.connect(db)) as other:
        other.execute("UPDATE timer SET due_at = 'soon', is_expiry = ?", (is_expiry,))
        other.commit()
    code, listed, _ = sessions("--db", db)
    assert (code, re.split("  +", listed.splitlines()[1])[-1]) == (0, "cannot be read")
    assert only(db)["until"] == "cannot be read"
