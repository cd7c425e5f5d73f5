"""`tasktalk deliveries`: what did not arrive is listed with its reason, and put back in line."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.runtime.test_outbox import COUNTING, Post
from tests.stage import Stage


def deliveries(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["deliveries", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def columns(table: str) -> list[list[str]]:
    return [re.split("  +", line) for line in table.splitlines()]


async def talked(folder: Path) -> None:
    """A talk of which the first message is dead, and the second is tried again."""
    stage = Stage(folder, VirtualClock(START))
    stage.write(COUNTING)
    post = Post()
    post.hopeless, post.failures = {"message 1"}, 1
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    await stage.close()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    asyncio.run(talked(tmp_path))
    return tmp_path / "test.db"


def test_the_list_says_what_did_not_arrive_and_why(db: Path) -> None:
    code, out, err = deliveries("--db", db)
    assert (code, err) == (0, "")
    head, dead, failing = columns(out)
    assert head == ["ID", "BOT", "CHANNEL", "CONTACT", "SINCE", "ATTEMPTS", "STATE", "ERROR"]
    of_ana = ["helper", "post", "ana", "2026-01-05 09:00:00"]
    assert dead[1:] == [*of_ana, "1", "dead", "the contact is gone"]
    assert failing[1:6] == [*of_ana, "1"]
    assert failing[6].startswith("again at 2026-01-05 09:00:0")
    assert failing[7] == "no network"
    assert columns(deliveries("--dead", "--db", db)[1]) == [head, dead]
    waiting = columns(deliveries("list", "--waiting", "--channel", "post", "--db", db)[1])
    assert waiting[:2] == [head, failing]
    assert waiting[2][1:] == [*of_ana, "0", "waiting", "-"]
    assert deliveries("--parked", "--db", db)[1] == "There are no such messages.\n"


def test_programs_get_an_object_a_line(db: Path) -> None:
    [dead] = map(json.loads, deliveries("--json", "--dead", "--db", db)[1].splitlines())
    assert (dead["status"], dead["attempts"], dead["error"]) == ("dead", 1, "the contact is gone")
    assert dead["created_at"] == "2026-01-05T09:00:00+00:00"
    assert deliveries("--json", "--parked", "--channel", "post", "--db", db) == (0, "", "")


def test_a_slip_in_a_channels_name_is_told(db: Path) -> None:
    for given in (["--channel", "pots"], ["--json", "--channel", "pots"], ["retry", "--all", "--channel", "pots"]):
        told = "Error: the database knows no channel 'pots'; did you mean post?\n"
        assert deliveries(*given, "--db", db) == (1, "", told)
    assert (
        deliveries("--channel", "sms", "--db", db)[2] == "Error: the database knows no channel 'sms'; it knows post\n"
    )


def test_a_retry_puts_them_back_in_line(db: Path) -> None:
    [dead] = map(json.loads, deliveries("--json", "--dead", "--db", db)[1].splitlines())
    assert deliveries("retry", dead["id"], "--db", db) == (0, "1 message back in line.\n", "")
    assert deliveries("--dead", "--db", db)[1] == "There are no such messages.\n"
    assert deliveries("retry", "--all", "--db", db)[1] == "0 messages back in line.\n"
    code, _, err = deliveries("retry", dead["id"], "--db", db)
    assert (code, err) == (1, f"Error: the message {dead['id']} is pending, neither dead nor parked\n")


def test_the_next_server_tries_what_was_put_back_first(db: Path) -> None:
    assert deliveries("retry", "--all", "--channel", "post", "--db", db)[1] == "1 message back in line.\n"

    async def served() -> Post:
        stage, post = Stage(db.parent, VirtualClock(START + timedelta(minutes=1))), Post()
        await stage.open(channels={"post": post})
        await stage.engine.settle()
        await stage.close()
        return post

    assert asyncio.run(served()).sent == {"ana": ["message 1", "message 2", "message 3"]}


def test_what_cannot_be(tmp_path: Path, db: Path) -> None:
    assert deliveries("retry", "--db", db)[0] == 2
    assert deliveries("retry", "x", "--all", "--db", db)[0] == 2
    assert deliveries("retry", "x", "--channel", "post", "--db", db)[0] == 2
    code, _, err = deliveries("--db", tmp_path / "none.db")
    expected = f"Error: there is no database {tmp_path / 'none.db'}: give the one that is served, with --db\n"
    assert (code, err) == (1, expected)
    assert not (tmp_path / "none.db").exists()
    assert "tasktalk deliveries retry --all" in deliveries("--help")[1]
