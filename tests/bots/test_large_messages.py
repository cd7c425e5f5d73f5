"""Messages of ten megabytes: refused at the door before they are in memory, and harmless to whoever else talks."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from aiohttp import ClientError, WSMsgType

from tests.bots.conftest import Client, Serve
from tests.patience import PATIENCE

LARGE = 10 << 20
BOB = {"contact": "bob", "text": "hi", "message_id": "1"}


async def see_it_works(client: Client) -> None:
    answer = await client.post("/webhook/ask", json=BOB)
    assert (answer.status, await answer.json()) == (200, {"replies": [{"text": "Who are you?"}]})


@pytest.mark.parametrize("is_announced", [True, False], ids=["length", "chunks"])
async def test_the_webhook_refuses_it_before_it_is_in_memory(serve: Serve, *, is_announced: bool) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'{"contact": "ana", "text": "'
        while sent < LARGE:
            yield b"x" * 65536
            sent += 65536
            await asyncio.sleep(0)
        yield b'"}'

    async with serve() as client:
        headers = {"Content-Length": str(LARGE + 30)} if is_announced else {}
        tracemalloc.start()
        try:
            async with client.post("/webhook/ask", data=chunks(), headers=headers) as answer:
                assert (answer.status, (await answer.json())["error"]) == (413, "request_too_large")
        finally:
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert most < 6 << 20
        await see_it_works(client)


async def test_the_chat_page_is_let_go(serve: Serve) -> None:
    hello = {"type": "hello", "contact": "ana-0123456789-0123456789", "after": 0}
    async with serve() as client:
        socket = await client.ws_connect("/chat/ask/socket")
        await socket.send_json(hello)
        assert (await socket.receive_json())["type"] == "welcome"
        with suppress(ClientError, ConnectionError):  # the server listens no more while this is still being sent
            await socket.send_json({"type": "say", "id": "12345678", "text": "x" * LARGE})
        while (await socket.receive(timeout=PATIENCE)).type is WSMsgType.TEXT:
            continue
        assert socket.closed
        await see_it_works(client)
        again = await client.ws_connect("/chat/ask/socket")
        await again.send_json(hello)
        found: list[str] = []
        while len(found) < 2:
            frame_ = await again.receive_json(timeout=PATIENCE)
            found += [frame_["text"]] if frame_["type"] == "message" else []
        assert found == ["", "Who are you?"]
        await again.close()
