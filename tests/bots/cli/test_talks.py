"""`tasktalk talks`: conversations that wait for a person are listed, written in, and given back."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.databases import url_of
from tests.runtime.test_outbox import Post
from tests.stage import Stage

SCRIPT = (
    'HEAR what\nTRANSFER TO HUMAN "wants " + what\nTALK "A colleague comes."\nHEAR more\nTALK "The bot heard " + more\n'
)


async def talked(folder: Path, *texts: str) -> Post:
    """What comes of these messages, on what was stored before."""
    stage, post = Stage(folder, VirtualClock(START)), Post()
    stage.write(SCRIPT)
    await stage.open(channels={"post": post})
    for text in texts:
        await stage.receive(text, channel="post")
        await stage.engine.settle()
    await stage.engine.settle()
    await stage.close()
    return post


@pytest.fixture
def db(tmp_path: Path) -> str:
    asyncio.run(talked(tmp_path, "hi", "a refund", "hello?"))
    return url_of(tmp_path / "test.db")


def talks(db: str, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["talks", *arguments, "--db", db])
    return result.exit_code, result.stdout, result.stderr


def listed(db: str, *arguments: str) -> list[dict[str, Any]]:
    code, out, _ = talks(db, *arguments, "--json")
    assert code == 0
    return [json.loads(line) for line in out.splitlines()]


def test_the_list_says_who_waits_since_when_and_why(db: str) -> None:
    code, out, err = talks(db)
    assert (code, err) == (0, "")
    head, row = (re.split("  +", line) for line in out.splitlines())
    assert head == ["ID", "BOT", "CHANNEL", "CONTACT", "NAME", "SINCE", "REASON", "LAST MESSAGE"]
    assert row[1:] == ["helper", "post", "ana", "-", "2026-01-05 09:00:00", "wants a refund", "hello?"]
    assert talks(db, "list", "helper")[1] == out
    code, _, err = talks(db, "list", "hepler")
    assert (code, "did you mean helper?" in err) == (1, True)


def test_a_person_writes_and_the_bot_goes_on_when_it_has_it_back(db: str, tmp_path: Path) -> None:
    [talk] = (row["id"] for row in listed(db))
    code, out, _ = talks(db, "say", talk, "I am Carla.")
    assert (code, out.startswith("It is on its way: msg_")) == (0, True)
    assert talks(db, "give-back", talk)[:2] == (0, f"The bot has the conversation {talk}.\n")
    assert talks(db)[1] == "No conversation waits for a person.\n"
    post = asyncio.run(talked(tmp_path, "figs"))
    assert post.sent["ana"] == ["I am Carla.", "The bot heard figs"]
    said = [(row["who"], row["text"], row["state"]) for row in listed(db, "show", talk)]
    assert said[-3:] == [
        ("command line", "I am Carla.", "delivered"),
        ("contact", "figs", "heard"),
        ("bot", "The bot heard figs", "delivered"),
    ]


def test_a_conversation_is_taken_from_its_bot(db: str) -> None:
    [talk] = (row["id"] for row in listed(db))
    talks(db, "give-back", talk)
    code, _, err = talks(db, "say", talk, "I am Carla.")
    assert (code, err) == (1, f"Error: The bot has the conversation {talk}: take it over first\n")
    assert talks(db, "take-over", talk, "--reason", "I know her")[:2] == (
        0,
        f"The conversation {talk} is with a person.\n",
    )
    assert [row["reason"] for row in listed(db)] == ["I know her"]


@pytest.mark.parametrize("arguments", [("show",), ("say", "x"), ("take-over",), ("give-back",)])
def test_one_that_is_not_there_is_said(arguments: tuple[str, ...], db: str) -> None:
    name, *rest = arguments
    code, _, err = talks(db, name, "cnv_none", *rest)
    assert (code, "cnv_none" in err) == (1, True)
