"""A server that is stopped goes on later as if nothing had been. What kills do to it, `tasktalk crashtest` shows."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
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


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_x_17_a_killed_server_knows_what_it_answered(tmp_path: Path) -> None:
    async with serving(tmp_path, {"census/start.bas": SCRIPT}) as server:
        made = await asyncio.to_thread(CliRunner().invoke, main, ["token", "create", "--db", str(server.database)])
        headers = {"Authorization": f"Bearer {made.stdout.strip()}", "Idempotency-Key": "k1"}
        first = await server.post("/api/v1/tasks", {"title": "Call Ana"}, **headers)
        assert first[0] == 201
        await server.stop(signal.SIGKILL)
        await server.start()
        assert await server.post("/api/v1/tasks", {"title": "Call Ana"}, **headers) == first
        assert (await server.post("/api/v1/tasks", {"title": "Call Bo"}, **headers))[0] == 422
        _, page = await server.get("/api/v1/tasks", Authorization=headers["Authorization"])
        assert page["total"] == 1
