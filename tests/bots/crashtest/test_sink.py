"""The providers of both channels, and the shop: what they take, refuse and count."""

import random
from typing import Any

import aiohttp

from tasktalk.bots.crashtest.sink import Sink


def pushed(message_id: str, text: str) -> dict[str, Any]:
    return {"type": "message", "data": {"id": message_id, "contact": "ana", "text": text}}


async def test_a_message_that_comes_twice_is_taken_once_and_counted() -> None:
    async with Sink(random.Random(1), is_failing=False) as sink, aiohttp.ClientSession() as client:
        for text, message_id in (("one", "1"), ("two", "2"), ("one", "1"), ("two", "3")):
            async with client.post(f"{sink.url}/push", json=pushed(message_id, text)) as answer:
                assert answer.status == 200
        async with client.post(f"{sink.url}/push", json={"type": "typing", "data": {"contact": "ana"}}) as answer:
            assert answer.status == 200
        assert sink.texts == {"ana": ["one", "two", "two"]}
        assert (sink.calls, sink.came_twice) == ({"1": 2, "2": 1, "3": 1}, 0)
        assert (await sink.heard("ana", "o"), await sink.heard("ana", "tw", 2)) == ("ne", "o")
        async with client.post(f"{sink.url}/push", data=b"{") as answer:
            assert answer.status == 400


async def test_without_ids_what_comes_twice_running_is_counted_and_nothing_else() -> None:
    async with Sink(random.Random(1), is_failing=False) as sink, aiohttp.ClientSession() as client:
        for text in ("one", "two", "two", "one"):
            async with client.post(f"{sink.url}/bot1:x/sendMessage", json={"chat_id": 1, "text": text}) as answer:
                assert (answer.status, (await answer.json())["ok"]) == (200, True)
        async with client.post(f"{sink.url}/bot1:x/sendChatAction", json={"chat_id": 1}) as answer:
            assert (await answer.json())["ok"] is True
        assert (sink.texts, sink.came_twice) == ({"1": ["one", "two", "one"]}, 1)
        async with client.post(f"{sink.url}/bot1:x/sendMessage", data=b"{") as answer:
            assert answer.status == 400


async def test_an_order_that_comes_twice_is_taken_once_and_counted() -> None:
    async with Sink(random.Random(1), is_failing=True) as sink, aiohttp.ClientSession() as client:
        for text, key, number in (("tea", "k", 1), ("more", "l", 2), ("tea", "k", 1)):
            body, headers = {"contact": "ana", "text": text}, {"Idempotency-Key": key}
            async with client.post(f"{sink.url}/order", json=body, headers=headers) as answer:
                assert await answer.json() == {"number": number}
        assert sink.orders == {"ana": {"k": "tea", "l": "more"}}
        assert sink.orders_made == {"k": 2, "l": 1}


async def test_one_that_fails_refuses_half_its_calls_and_no_message_for_ever() -> None:
    calls = 0
    async with Sink(random.Random(1), is_failing=True) as sink, aiohttp.ClientSession() as client:
        for number in range(100):
            for attempt in range(3):
                calls += 1
                async with client.post(f"{sink.url}/push", json=pushed(str(number), str(number))) as answer:
                    if answer.status == 200:
                        break
                    assert (answer.status, attempt < 2) == (500, True)
        assert sink.texts["ana"] == [str(number) for number in range(100)]
    assert 185 <= calls <= 215
