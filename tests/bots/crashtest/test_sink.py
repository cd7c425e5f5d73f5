"""The fake channel: what it takes, refuses and counts."""

import random

import aiohttp

from tasktalk.bots.crashtest.sink import Sink


async def test_a_message_that_comes_twice_is_taken_once_and_counted() -> None:
    async with Sink(random.Random(1), is_failing=False) as sink, aiohttp.ClientSession() as client:
        for text, message_id in (("one", "1"), ("two", "2"), ("one", "1")):
            async with client.post(sink.url, json={"id": message_id, "contact": "ana", "text": text}) as answer:
                assert answer.status == 200
        assert sink.texts == {"ana": ["one", "two"]}
        assert sink.calls == {"1": 2, "2": 1}
        assert await sink.heard("ana", "tw") == "o"
        async with client.post(sink.url, data=b"{") as answer:
            assert answer.status == 400


async def test_an_order_that_comes_twice_is_taken_once_and_counted() -> None:
    async with Sink(random.Random(1), is_failing=True) as sink, aiohttp.ClientSession() as client:
        for text, key, number in (("tea", "k", 1), ("more", "l", 2), ("tea", "k", 1)):
            body, headers = {"contact": "ana", "text": text}, {"Idempotency-Key": key}
            async with client.post(f"{sink.url}order", json=body, headers=headers) as answer:
                assert await answer.json() == {"number": number}
        assert sink.orders == {"ana": {"k": "tea", "l": "more"}}
        assert sink.orders_made == {"k": 2, "l": 1}


async def test_one_that_fails_refuses_half_its_calls_and_no_message_for_ever() -> None:
    calls = 0
    async with Sink(random.Random(1), is_failing=True) as sink, aiohttp.ClientSession() as client:
        for number in range(100):
            for attempt in range(3):
                calls += 1
                body = {"id": str(number), "contact": "ana", "text": str(number)}
                async with client.post(sink.url, json=body) as answer:
                    if answer.status == 200:
                        break
                    assert (answer.status, attempt < 2) == (500, True)
        assert sink.texts["ana"] == [str(number) for number in range(100)]
    assert 185 <= calls <= 215
