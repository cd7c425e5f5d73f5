"""A message of ten megabytes that a channel lets through."""

import asyncio
import logging

import pytest

from tests.stage import ECHO, Stage


async def test_it_ends_its_own_session_at_most(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.write(ECHO)
    await stage.open()
    for contact in ("ana", "bo"):
        await stage.say("hi", contact)
    with caplog.at_level(logging.ERROR):
        [apology], answer = await asyncio.gather(stage.say("x" * (10 << 20)), stage.say("one", "bo"))
    assert answer == ["You said one"]
    failed = next(row for row in await stage.rows("session") if row["status"] == "failed")
    assert failed["error"]["code"] == "too-much-text"
    assert failed["error"]["reference"] in apology
    assert "xxx" not in caplog.text
    assert await stage.say("two") == ["Hello."]
