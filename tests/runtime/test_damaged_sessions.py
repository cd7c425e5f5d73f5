"""Waiting sessions whose rows cannot be read: each ends with an apology and a log entry that says what to do, the next
message begins anew, and nobody else notices."""

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.interpreter.compiler.script import COMPILER_VERSION
from tasktalk.storage.writes import WriteSet
from tests.stage import ECHO, Stage

BACKUP = "put it back from a backup"


async def change(stage: Stage, table: str, key: dict[str, Any], values: dict[str, Any]) -> None:
    writes = WriteSet()
    writes.update(table, key, values)
    await stage.database.commit(writes)


async def session_of(stage: Stage, contact: str) -> dict[str, Any]:
    [found] = await stage.rows("contact", address=contact)
    [conversation] = await stage.rows("conversation", contact_id=found["id"])
    return (await stage.rows("session", conversation_id=conversation["id"]))[-1]


async def see_it_end(stage: Stage, caplog: pytest.LogCaptureFixture, *said: str) -> None:
    """Ana's session ends and begins anew, with this in the log; Bo, who talks meanwhile, does not notice."""
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        [apology], answer = await asyncio.gather(stage.say("one", "ana"), stage.say("one", "bo"))
    assert answer == ["You said one"]
    failed = await session_of(stage, "ana")
    assert (failed["status"], failed["error"]["code"]) == ("failed", "internal")
    assert failed["error"]["reference"] in apology
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    for words in (failed["error"]["reference"], *said):
        assert words in record.getMessage()
    assert record.exc_info is None
    assert await stage.say("two", "ana") == ["Hello."]
    assert await stage.say("three", "ana") == ["You said three"]
    assert stage.engine._workers.failed == {}
    assert {row["status"] for row in await stage.rows("message", direction="in")} == {"heard"}


async def begin(stage: Stage, **options: Any) -> dict[str, Any]:
    """Ana and Bo wait for their answers; gives Ana's session."""
    stage.write(ECHO)
    await stage.open(warm_conversations=0, **options)
    for contact in ("ana", "bo"):
        assert await stage.say("hi", contact) == ["Hello."]
    return await session_of(stage, "ana")


def with_form(state: bytes, form: int, compiler: int) -> bytes:
    return json.dumps([form, compiler, *json.loads(state)[2:]]).encode()


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: bytes(reversed(state)),
        lambda state: state[: len(state) // 2],
        lambda state: b"",
        lambda state: b"[" * 1_000_000,
        lambda state: b'{"a": [1, 2]}',
        lambda state: state.replace(b"[[0,", b"[[7,"),
    ],
    ids=["noise", "half", "empty", "deep", "shape", "frame"],
)
async def test_a_damaged_state(stage: Stage, caplog: pytest.LogCaptureFixture, damage: Any) -> None:
    session = await begin(stage)
    assert damage(session["state"]) != session["state"]
    await change(stage, "session", {"id": session["id"]}, {"state": damage(session["state"])})
    await see_it_end(stage, caplog, "this conversation cannot go on where it was: the state is damaged", BACKUP)


async def test_no_state_at_all(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    session = await begin(stage)
    await change(stage, "session", {"id": session["id"]}, {"state": None})
    await see_it_end(stage, caplog, "the state is damaged", BACKUP)


@pytest.mark.parametrize("versions", [(0, COMPILER_VERSION), (1, COMPILER_VERSION - 1), (1, COMPILER_VERSION + 1)])
async def test_a_state_of_another_version(
    stage: Stage, caplog: pytest.LogCaptureFixture, versions: tuple[int, int]
) -> None:
    session = await begin(stage)
    await change(stage, "session", {"id": session["id"]}, {"state": with_form(session["state"], *versions)})
    form, compiler = versions
    said = f"format {form} of compiler {compiler}; this version reads format 1 of compiler {COMPILER_VERSION}"
    await see_it_end(stage, caplog, said, "serve the bots with the version of TaskTalk that wrote it")


@pytest.mark.parametrize("request_", [[], ["text"], "words", 7])
async def test_a_wait_of_another_shape(stage: Stage, caplog: pytest.LogCaptureFixture, request_: Any) -> None:
    session = await begin(stage)
    await change(stage, "session", {"id": session["id"]}, {"wait_request": request_})
    await see_it_end(stage, caplog, "what this conversation waits for cannot be read", BACKUP)


async def test_a_keyword_that_is_not_there_any_more(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    session = await begin(stage)
    await change(stage, "session", {"id": session["id"]}, {"wait_keyword": "LISTEN CLOSELY"})
    await see_it_end(stage, caplog, "there is no LISTEN CLOSELY any more")


async def test_a_program_that_the_store_has_changed(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    session = await begin(stage)
    stage.write(ECHO + "' edited meanwhile\n")
    await change(stage, "program", {"id": session["program_id"]}, {"source": ECHO.replace("HEAR", "TALK")})
    await stage.reopen(warm_conversations=0)
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        [apology] = await stage.say("one", "ana")
    failed = await session_of(stage, "ana")
    assert failed["error"]["reference"] in apology
    assert "the script that this conversation began with is not in the database any more" in caplog.text
    assert "put its rows back from a backup" in caplog.text
    assert await stage.say("two", "ana") == ["Hello."]
    assert await stage.say("three", "ana") == ["You said three"]


async def test_a_program_that_is_gone(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    session = await begin(stage)
    # Ana's session names a program that is nowhere, as if its row were gone; Bo's is where it was.
    state = json.loads(session["state"])
    state[2][0][0] = "0" * 32
    await change(stage, "session", {"id": session["id"]}, {"state": json.dumps(state).encode()})
    await see_it_end(
        stage, caplog, "the script that this conversation began with is not in the database any more", "from a backup"
    )


async def test_a_keyword_that_waits_no_more(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    session = await begin(stage)
    stage.write(ECHO + "' edited meanwhile\n")
    await stage.close()
    stage.keywords = type(stage.keywords)([each for each in stage.keywords if each.phrase != "HEAR"])
    await stage.open(warm_conversations=0)
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        [apology] = await stage.say("one", "ana")
    failed = await session_of(stage, "ana")
    assert failed["id"] == session["id"]
    assert "helper: error: this conversation cannot go on where it was: the state does not fit" in caplog.text
    assert "serve the bots with the version of TaskTalk that wrote it" in caplog.text
    assert failed["error"]["reference"] in apology


async def test_a_damaged_session_whose_time_has_come(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.write('TALK "Hello."\nWAIT 60\nTALK "Later."\n')
    await stage.open(warm_conversations=0)
    for contact in ("ana", "bo"):
        await stage.say("hi", contact)
    session = await session_of(stage, "ana")
    await change(stage, "session", {"id": session["id"]}, {"state": b"\x00" * 100})
    with caplog.at_level(logging.ERROR):
        await stage.pass_time(timedelta(minutes=2))
    assert "the state is damaged" in caplog.text
    assert await stage.rows("timer") == []
    assert (await session_of(stage, "ana"))["status"] == "failed"
    assert (await session_of(stage, "bo"))["status"] == "ended"
    said = [
        row["text"] for row in await stage.rows("message", direction="out", conversation_id=session["conversation_id"])
    ]
    assert said[0] == "Hello."
    assert said[1].startswith("Sorry, something went wrong on our side.")
