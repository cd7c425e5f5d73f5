"""A server that is stopped goes on later as if nothing had been. What kills do to it, `tasktalk crashtest` shows."""

import os
from pathlib import Path

import pytest

from tests.system.server import serving

SCRIPT = """
FOR EACH question IN ["name", "town"]
    HEAR reply WITH "Your ${question}?"
    TALK "Noted: " + reply
NEXT
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_a_stopped_server_ends_by_itself_and_goes_on_later(tmp_path: Path) -> None:
    async with serving(tmp_path, {"census/start.bas": SCRIPT}) as server:
        await server.post("/webhook/census", {"contact": "ana", "text": "hello"})
        assert await server.stop() == 0
        await server.start()
        said = await server.post("/webhook/census", {"contact": "ana", "text": "Ana"})
        assert said == (200, {"replies": [{"text": "Noted: Ana"}, {"text": "Your town?"}]})
