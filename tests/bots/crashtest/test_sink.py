"""The providers of the channels, and the shop: what they take, refuse and count."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from tasktalk.bots.crashtest.sink import Sink
from tasktalk.bots.crashtest.ways.discord import Discord
from tasktalk.bots.crashtest.ways.provider import Provider

ANA: Final = Discord.contact(1)


class Outside:
    """The sink, and a server that tells it things."""

    def __init__(self, sink: Sink, client: aiohttp.ClientSession) -> None:
        self.sink, self._client = sink, client

    @property
    def texts(self) -> dict[str, list[str]]:
        return self.sink.screens.texts

    def provider(self, channel: str) -> Any:
        [found] = [each for each in self.sink.providers if each.channel == channel]
        return found

    async def tell(self, path: str, body: Any, method: str = "POST", **headers: str) -> tuple[int, Any]:
        """The answer's status, and its JSON."""
        async with self._client.request(method, f"{self.sink.url}{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None

    async def push(self, message_id: str, text: str) -> int:
        data = {"id": message_id, "contact": "ana", "text": text}
        return (await self.tell("/push", {"type": "message", "data": data}))[0]

    async def discord(self, path: str, text: str, method: str = "POST", **more: Any) -> int:
        return (await self.tell(f"/discord{path}", {"content": text, **more}, method))[0]


@asynccontextmanager
async def outside(*, is_failing: bool = False) -> AsyncIterator[Outside]:
    async with Sink(random.Random(1), is_failing=is_failing) as sink, aiohttp.ClientSession() as client:
        yield Outside(sink, client)


async def test_a_message_that_comes_twice_is_taken_once_and_counted() -> None:
    async with outside() as there:
        for text, message_id in (("one", "1"), ("two", "2"), ("one", "1"), ("two", "3")):
            assert await there.push(message_id, text) == 200
        assert await there.tell("/push", {"type": "typing", "data": {"contact": "ana"}}) == (200, None)
        provider, screens = there.provider("push"), there.sink.screens
        assert there.texts == {"ana": ["one", "two", "two"]}
        assert (provider.calls, provider.sent_again, provider.came_twice) == ({"1": 2, "2": 1, "3": 1}, 1, 0)
        assert (await screens.heard("ana", "o"), await screens.heard("ana", "tw", 2)) == ("ne", "o")


async def test_without_ids_what_comes_twice_running_is_counted_and_nothing_else() -> None:
    async with outside() as there:
        for text in ("one", "two", "two", "one"):
            status, answer = await there.tell("/bot1:x/sendMessage", {"chat_id": 1, "text": text})
            assert (status, answer["ok"]) == (200, True)
        assert (await there.tell("/bot1:x/sendChatAction", {"chat_id": 1}))[1]["ok"] is True
        provider: Provider = there.provider("telegram")
        assert (there.texts, provider.came_twice, provider.sent_again) == ({"1": ["one", "two", "one"]}, 1, 0)


async def test_discord_takes_a_nonce_once_where_that_is_asked_for() -> None:
    async with outside() as there:
        messages = f"/channels/9{ANA}/messages"
        for nonce, is_enforced in (("1", True), ("2", True), ("1", True), ("3", False), ("3", False)):
            assert await there.discord(messages, nonce, nonce=nonce, enforce_nonce=is_enforced) == 200
        assert await there.discord(messages, "no nonce") == 200
        assert (await there.tell(f"/discord/channels/9{ANA}/typing", None))[0] == 204
        assert there.texts == {ANA: ["1", "2", "3", "3", "no nonce"]}
        assert there.provider("discord").sent_again == 1


async def test_discord_changes_the_answer_to_a_command_and_adds_further_ones() -> None:
    async with outside() as there:
        of_command = f"/webhooks/1/{ANA}-0"
        assert await there.discord(f"{of_command}/messages/@original", "early", "PATCH") == 404
        assert await there.discord(of_command, "early") == 404
        there.provider("discord").call(ANA, "hi", 0)
        for text in ("one", "one"):
            assert await there.discord(f"{of_command}/messages/@original", text, "PATCH") == 200
        for text in ("two", "two"):
            assert await there.discord(of_command, text) == 200
        assert there.texts == {ANA: ["one", "two", "two"]}
        assert await there.discord(f"{of_command}/messages/@original", "three", "PATCH") == 200
        assert there.texts == {ANA: ["three", "two", "two"]}


async def test_what_a_kill_has_cut_off_is_refused() -> None:
    async with outside() as there, aiohttp.ClientSession() as client:
        for path in ("/push", "/bot1:x/sendMessage", f"/discord/channels/9{ANA}/messages", "/order"):
            async with client.post(f"{there.sink.url}{path}", data=b"{") as answer:
                assert answer.status == 400


async def test_an_order_that_comes_twice_is_taken_once_and_counted() -> None:
    async with outside(is_failing=True) as there:
        for text, key, number in (("tea", "k", 1), ("more", "l", 2), ("tea", "k", 1)):
            order = {"contact": "ana", "text": text}
            assert await there.tell("/order", order, **{"Idempotency-Key": key}) == (200, {"number": number})
        assert there.sink.orders == {"ana": {"k": "tea", "l": "more"}}
        assert (there.sink.orders_made, there.sink.ordered_again) == ({"k": 2, "l": 1}, 1)


async def test_one_that_fails_refuses_half_its_calls_and_no_message_for_ever() -> None:
    calls = 0
    async with outside(is_failing=True) as there:
        for number in range(100):
            for attempt in range(3):
                calls += 1
                status = await there.push(str(number), str(number))
                if status == 200:
                    break
                assert (status, attempt < 2) == (500, True)
        assert there.texts["ana"] == [str(number) for number in range(100)]
    assert 185 <= calls <= 215
