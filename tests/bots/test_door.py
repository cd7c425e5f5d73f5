"""What a request costs at the server's door, counted in the calls of functions of ours: time is another each time."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from aiohttp.web import Request

from tasktalk.bots import app
from tasktalk.bots.api.auth import secret_of
from tasktalk.bots.dialects import mounting
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.ports import Inbound, Message
from tests.bots.conftest import Client, Serve

HERE = str(Path(app.__file__).parent)
MOST = 30
"""Calls for a message of a talk, however long it is; the bot's turn is none of them."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The functions below `bots` that are called inside, in their order."""
    found: list[str] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(HERE):
            found.append(f"{Path(code.co_filename).stem}.{code.co_qualname}")

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


async def say(client: Client, number: int) -> None:
    body = {"contact": "ana", "text": f"{number} " + "ä" * 10_000, "message_id": str(number)}
    async with client.post("/webhook/ask", json=body) as answer:
        assert await answer.json() == {"replies": []}


async def test_a_message_costs_little_beside_its_turn(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: Engine, inbound: Inbound) -> Sequence[Message]:
        return []

    monkeypatch.setattr(Engine, "converse", at_once)
    async with serve() as client:
        await say(client, 0)
        calls = []
        for number in range(1, 6):
            with counted() as found:
                await say(client, number)
            calls.append(found)
    fewest = min(calls, key=len)
    assert "webhook.Webhook._receive" in fewest
    assert len(fewest) <= MOST, fewest


async def test_whose_a_path_is_is_asked_of_no_path_that_is_another(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []

    def counting(request: Request) -> str:
        asked.append(request)
        return secret_of(request)

    monkeypatch.setattr(mounting, "secret_of", counting)
    async with serve() as client:
        answer = await client.post("/api/v1/tasks", json={}, headers={"Authorization": "Bearer tt_none"})
    assert (answer.status, len(asked)) == (401, 1)
