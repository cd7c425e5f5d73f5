"""The web chat by events and POSTs: complete, once, in order, and for nobody who may not talk."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import make_mocked_request

from tasktalk.bots.app import Settings
from tasktalk.bots.channels.web import events, protocol
from tasktalk.bots.channels.web.rates import MOST_ADDRESSES, PerAddress
from tasktalk.bots.dialects.mounting import Serving
from tasktalk.bots.origins import address_of
from tasktalk.runtime import engine
from tasktalk.runtime.budgets import Rate
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.errors import DatabaseError
from tests.bots.channels.conftest import NOW
from tests.bots.conftest import Client, Serve
from tests.patience import PATIENCE

ANA = "ana-0123456789-0123456789"
BOB = "bob-0123456789-0123456789"
SITE = "https://www.example.com"


def known(contact: str = ANA, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {contact}", **{name.replace("_", "-"): value for name, value in more.items()}}


class Stream:
    """The events of an answer, as they come."""

    def __init__(self, answer: ClientResponse) -> None:
        self.answer, self.ids = answer, list[str]()

    async def event(self) -> str:
        """The next event or comment, as it is written."""
        async with asyncio.timeout(PATIENCE):
            return (await self.answer.content.readuntil(b"\n\n")).decode().removesuffix("\n\n")

    async def frame(self) -> dict[str, Any]:
        """The next frame; its id is in `ids`."""
        while True:
            fields = dict(line.split(": ", 1) for line in (await self.event()).split("\n") if not line.startswith(":"))
            self.ids += [fields["id"]] if "id" in fields else []
            if "data" in fields:
                found: dict[str, Any] = json.loads(fields["data"])
                return found

    async def messages(self, count: int) -> list[tuple[int, str, str]]:
        """The next messages, as (sequence, direction, text)."""
        found: list[tuple[int, str, str]] = []
        while len(found) < count:
            frame = await self.frame()
            if frame["type"] == "message":
                found.append((frame["sequence"], frame["direction"], frame["text"]))
        return found


@asynccontextmanager
async def streaming(client: Client, contact: str = ANA, path: str = "", **headers: str) -> AsyncIterator[Stream]:
    async with client.get(f"/chat/ask/events{path}", headers=known(contact, **headers)) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        stream = Stream(answer)
        assert await stream.event() == f"retry: {events.RETRY_MS}"
        assert (await stream.frame())["type"] == "welcome"
        yield stream


async def say(client: Client, message_id: str, text: str, contact: str = ANA) -> tuple[int, Any]:
    async with client.post("/chat/ask/say", json={"id": message_id, "text": text}, headers=known(contact)) as answer:
        return answer.status, await answer.json()


async def test_the_bot_begins_and_answers(serve: Serve) -> None:
    async with serve() as client, streaming(client) as stream:
        assert await stream.messages(2) == [(1, "in", ""), (2, "out", "Who are you?")]
        assert await say(client, "message-1", "Ana") == (202, {"id": "message-1", "is_repeat": False})
        assert await stream.messages(2) == [(3, "in", "Ana"), (4, "out", "Hello, Ana.")]
        assert stream.ids == ["1", "2", "3", "4"]


async def test_nobody_but_the_page_learns_its_secret(serve: Serve) -> None:
    async with serve({"ask": 'TALK user, username, GET "user.id"\nHEAR x'}) as client, streaming(client) as stream:
        [_, (_, _, told)] = await stream.messages(2)
        assert ANA not in told
        assert protocol.contact_of(ANA) in told


async def test_the_answer_of_a_stream_tells_proxies_to_hold_nothing_back(serve: Serve) -> None:
    async with serve() as client:
        for method in ("GET", "HEAD"):
            async with client.request(method, "/chat/ask/events", headers=known()) as answer:
                assert answer.content_type == "text/event-stream"
                assert answer.headers["X-Accel-Buffering"] == "no"
                assert answer.headers["Cache-Control"] == "no-store, no-transform"


async def test_a_message_comes_as_it_comes_by_the_socket(serve: Serve) -> None:
    image = 'SEND IMAGE "https://example.com/a.png", "A cat"'
    script = f'ADD SUGGESTION "h" AS "Hours"\n{image}\nHEAR p AS PASSWORD WITH "Password?"\n'
    async with serve({"ask": script}) as client, streaming(client) as stream:
        socket = await client.ws_connect("/chat/ask/socket")
        await socket.send_json({"type": "hello", "contact": ANA})
        by_socket, by_events = list[Any](), list[Any]()
        while len(by_socket) < 3:
            frame = await socket.receive_json(timeout=PATIENCE)
            by_socket += [frame] if frame["type"] == "message" else []
        while len(by_events) < 3:
            frame = await stream.frame()
            by_events += [frame] if frame["type"] == "message" else []
        assert by_events == by_socket
        assert by_events[1]["files"] == [{"kind": "image", "url": "https://example.com/a.png"}]
        assert (by_events[1]["text"], by_events[2]["is_secret"]) == ("A cat", True)


@pytest.mark.parametrize("way", ["header", "query", "both"])
async def test_who_comes_back_gets_what_is_new_and_nothing_twice(serve: Serve, way: str) -> None:
    path = {"header": "", "query": "?after=3", "both": "?after=1"}[way]
    headers = {} if way == "query" else {"Last_Event_ID": "3"}
    async with serve() as client, streaming(client) as stream:
        await stream.messages(2)
        await say(client, "message-1", "Ana")
        await stream.messages(1)
    async with serve() as client, streaming(client, path=path, **headers) as stream:
        assert await stream.messages(1) == [(4, "out", "Hello, Ana.")]
        assert await say(client, "message-1", "Ana") == (202, {"id": "message-1", "is_repeat": True})
        assert await say(client, "message-2", "2") == (202, {"id": "message-2", "is_repeat": False})
        assert await stream.messages(2) == [(5, "in", "2"), (6, "out", "So large.")]


async def test_connections_that_are_cut_at_every_message_lose_nothing(serve: Serve) -> None:
    async with serve({"ask": "FOR i = 1 TO 9\n  TALK i\nNEXT\nHEAR more\nTALK more\n"}) as client:
        found: list[tuple[int, str, str]] = []
        while len(found) < 10:
            async with streaming(client, path=f"?after={len(found)}") as stream:
                found += await stream.messages(1)
        await say(client, "message-1", "x")
        async with streaming(client, path="?after=10") as stream:
            found += await stream.messages(2)
    assert [sequence for sequence, _, _ in found] == list(range(1, 13))
    assert [text for _, _, text in found] == ["", *map(str, range(1, 10)), "x", "x"]


async def test_all_pages_of_a_contact_show_the_same_by_whatever_way(serve: Serve) -> None:
    async with serve() as client, streaming(client) as one, streaming(client) as two:
        socket = await client.ws_connect("/chat/ask/socket")
        await socket.send_json({"type": "hello", "contact": ANA})
        await say(client, "message-1", "Ana")
        expected = await one.messages(4)
        by_socket: list[tuple[int, str, str]] = []
        while len(by_socket) < 4:
            frame = await socket.receive_json(timeout=PATIENCE)
            if frame["type"] == "message":
                by_socket.append((frame["sequence"], frame["direction"], frame["text"]))
        assert expected == await two.messages(4) == by_socket


async def test_contacts_do_not_see_each_other(serve: Serve) -> None:
    async with serve() as client, streaming(client) as ana, streaming(client, BOB) as bob:
        assert await ana.messages(2) == await bob.messages(2)
        await say(client, "message-1", "Ana")
        await say(client, "message-1", "Bob", BOB)
        assert await ana.messages(2) == [(3, "in", "Ana"), (4, "out", "Hello, Ana.")]
        assert await bob.messages(2) == [(3, "in", "Bob"), (4, "out", "Hello, Bob.")]


async def test_the_bot_is_shown_at_work_on_what_was_posted(serve: Serve) -> None:
    async with serve() as client, streaming(client) as stream:
        for text in ("Ana", "small"):
            shown, said = list[bool](), 0
            while len(shown) < 2 or said < 2:
                frame = await stream.frame()
                shown += [frame["is_typing"]] if frame["type"] == "typing" else []
                said += frame["type"] == "message"
            assert shown == [True, False]
            await say(client, f"message-{text}", text)


async def test_silence_is_broken_by_comments(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.001)
    async with serve() as client, streaming(client) as stream:
        while await stream.event() != ": still here":
            continue


async def test_strange_texts_are_heard_as_they_are(serve: Serve) -> None:
    script = "DO\n  HEAR word\n  TALK word\nLOOP\n"
    texts = [
        "👩‍👩‍👧‍👦 \U0001f1e7\U0001f1f7",
        "שלום عليكم",
        "a\r\nb\n\nc",
        "data: x\n\nid: 7",
        "<b>&amp;</b>",
        "x" * 8_000,
    ]
    async with serve({"ask": script}) as client, streaming(client) as stream:
        await stream.messages(1)
        for number, text in enumerate(texts):
            assert (await say(client, f"message-{number}", text))[0] == 202
            assert [said for _, _, said in await stream.messages(2)] == [text, text]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", "The body is empty: a JSON object is needed"),
        (b"{", "The body is not JSON: expecting property name enclosed in double quotes at line 1, column 2"),
        (b"[]", "The body must be a JSON object"),
        (b"\xff", "The body is not UTF-8"),
        (b"[" * 5_000, "The body is nested more than 100 deep"),
        (b'{"id": "message-1"}', "expected text not to be empty, or files to have at least one"),
        (b'{"text": "x"}', "id is missing"),
        (b'{"ID": "message-1", "text": "x"}', "There is no field ID; did you mean id?"),
        (b'{"id": "message-1", "text": 1}', "expected text to be a text"),
        (b'{"id": "start", "text": "x"}', "expected id to have at least 8 characters"),
        (b'{"id": 12345678, "text": "x"}', "expected id to be a text"),
        (b'{"id": "' + b"x" * 81 + b'", "text": "x"}', "expected id to have at most 80 characters"),
        (b'{"id": "message\\u0000", "text": "x"}', "id has a NUL character in it"),
        (b'{"id": "message-1", "text": "a\\u0000b"}', "text has a NUL character in it"),
        (b'{"id": "message-1", "text": "\\ud800"}', "text is not Unicode"),
        (b'{"id": "message-1", "text": "' + b"x" * 8_001 + b'"}', "expected text to have at most 8,000 characters"),
        (b'{"id": "message-1", "files": [null]}', "expected files.0 to be a text"),
        (b'{"id": "message-1", "text": "' + b"x" * 64 * 1024 + b'"}', "The body must be at most 65,536 bytes"),
    ],
    ids=range(18),
)
async def test_what_is_wrong_with_a_body_is_said_and_harms_nothing(serve: Serve, body: bytes, wrong: str) -> None:
    expected = (413, "request_too_large") if "65,536" in wrong else (400, "invalid_request")
    async with serve() as client, streaming(client) as stream:
        await stream.messages(2)
        async with client.post("/chat/ask/say", data=body, headers=known()) as answer:
            status, code = expected
            assert (answer.status, await answer.json()) == (status, {"error": code, "message": wrong})
        await say(client, "message-2", "Ana")
        assert await stream.messages(2) == [(3, "in", "Ana"), (4, "out", "Hello, Ana.")]


async def test_too_many_at_once_are_refused_and_none_is_lost(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasktalk.bots.channels.web.door.MAX_UNHEARD", 2)
    let_on = asyncio.Event()
    whole = engine.Engine.answer

    async def answer(self: engine.Engine, receipt: Any) -> Any:
        await let_on.wait()
        return await whole(self, receipt)

    async with serve() as client:
        async with streaming(client) as stream:
            await stream.messages(2)
        # From here on no page is open, and who says something opens none.
        monkeypatch.setattr(engine.Engine, "answer", answer)
        said = await asyncio.gather(*(say(client, f"message-{number}", "Ana") for number in range(10)))
        assert sorted(status for status, _ in said) == [202] * 2 + [429] * 8
        assert {problem["message"] for status, problem in said if status == 429} == {protocol.TOO_MANY}
        assert (await say(client, "message-1", "Bob", BOB))[0] == 202
        refused = next(number for number, (status, _) in enumerate(said) if status == 429)
        let_on.set()
        while (await say(client, f"message-{refused}", "Ana"))[0] == 429:
            continue
        async with streaming(client, path="?after=2") as later:
            heard: list[tuple[int, str, str]] = []
            while [direction for _, direction, _ in heard].count("in") < 3:
                heard += await later.messages(1)
        assert [text for _, direction, text in heard if direction == "in"] == ["Ana"] * 3


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ana", f"Basic {ANA}", f"Bearer {ANA} {ANA}", f"Bearer {'x' * 81}"]
)
async def test_who_cannot_be_told_apart_is_refused(serve: Serve, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with serve() as client:
        for method, path in [("GET", "/chat/ask/events"), ("POST", "/chat/ask/say")]:
            async with client.request(method, path, headers=headers, json={"id": "12345678", "text": "x"}) as answer:
                assert (answer.status, (await answer.json())["error"]) == (401, "unauthorized")


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "٣", "9" * 30, "9" * 5000])
async def test_a_number_that_is_none_is_refused(serve: Serve, after: str) -> None:
    async with serve() as client, client.get("/chat/ask/events", params={"after": after}, headers=known()) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_request")


async def test_what_is_not_there(serve: Serve) -> None:
    async with serve() as client:
        for method, path, status, code in [
            ("GET", "/chat/nobody/events", 404, "bot_not_found"),
            ("POST", "/chat/nobody/say", 404, "bot_not_found"),
            ("POST", "/chat/ask/events", 405, "method_not_allowed"),
            ("GET", "/chat/ask/say", 405, "method_not_allowed"),
        ]:
            async with client.request(method, path, headers=known()) as answer:
                assert (answer.status, (await answer.json())["error"]) == (status, code)


@pytest.mark.parametrize("part", ["messages", "answer"])
async def test_a_stream_ends_where_the_store_fails_and_misses_nothing(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    async def fail(*_: object) -> None:
        raise DatabaseError("the disk is full")

    async with serve() as client:
        with monkeypatch.context() as patch:
            patch.setattr(engine.Engine, part, fail)
            async with client.get("/chat/ask/events", headers=known()) as answer:
                assert answer.status == 200
                await asyncio.wait_for(answer.read(), PATIENCE)
        assert "the disk is full" in caplog.text
        async with streaming(client) as stream:
            assert await stream.messages(2) == [(1, "in", ""), (2, "out", "Who are you?")]


async def test_while_nothing_can_be_stored_one_is_told_to_come_back(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise DatabaseError("the disk is full")

    async with serve() as client:
        with monkeypatch.context() as patch:
            patch.setattr(engine.Engine, "receive", fail)
            assert (await say(client, "message-1", "Ana"))[0] == 503
            async with client.get("/chat/ask/events", headers=known()) as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert (await say(client, "message-1", "Ana"))[0] == 202


async def test_a_server_that_stops_ends_the_streams(serve: Serve) -> None:
    async with serve() as client, streaming(client) as stream:
        await stream.messages(2)
        closing = asyncio.create_task(client.server.close())
        await asyncio.wait_for(stream.answer.read(), PATIENCE)
        await closing


# ---- pages of other sites ----


def letting_in(*sites: str) -> Settings:
    return Settings(is_loopback=True, serving=Serving(origins={"chat": sites}))


async def test_pages_of_other_sites_are_refused_and_can_read_why(serve: Serve) -> None:
    async with serve(settings=letting_in("https://other.example.com")) as client:
        for method, path in [("GET", "/chat/ask/events"), ("POST", "/chat/ask/say")]:
            for origin in (SITE, "http://localhost.example.com", "https://other.example.com.example.org", "::"):
                async with client.request(method, path, headers=known(Origin=origin)) as answer:
                    told = await answer.json()
                    assert (answer.status, told["error"]) == (403, "permission_denied")
                    assert f"--cors-origin chat={origin}" in told["message"]
                    assert answer.headers["Access-Control-Allow-Origin"] == origin
            async with client.request(method, path, headers=known(Origin="null")) as answer:
                told = await answer.json()
                assert (answer.status, told["error"]) == (403, "permission_denied")
                assert "http://localhost:8000" in told["message"]
                assert answer.headers["Access-Control-Allow-Origin"] == "null"
            async with client.request(method, path, headers=known(Sec_Fetch_Site="cross-site")) as answer:
                assert answer.status == 403


@pytest.mark.parametrize("origin", [SITE, "http://localhost:5173", "http://127.0.0.1:9", "http://[::1]:9"])
async def test_pages_that_are_let_in_talk(serve: Serve, origin: str) -> None:
    async with serve(settings=letting_in(SITE)) as client:
        async with streaming(client, Origin=origin) as stream:
            assert stream.answer.headers["Access-Control-Allow-Origin"] == origin
            await stream.messages(2)
            body = {"id": "message-1", "text": "Ana"}
            async with client.post("/chat/ask/say", json=body, headers=known(Origin=origin)) as answer:
                assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (202, origin)
            assert await stream.messages(2) == [(3, "in", "Ana"), (4, "out", "Hello, Ana.")]
        await (await client.ws_connect("/chat/ask/socket", headers={"Origin": origin})).close()


async def test_a_browser_that_asks_first_is_told_what_it_may_send(serve: Serve) -> None:
    asked = {"Origin": SITE, "Access-Control-Request-Headers": "authorization,content-type"}
    async with serve() as client, client.options("/chat/ask/say", headers=asked) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]


# ---- how many may begin ----


async def test_talks_are_begun_so_often_from_an_address_and_those_under_way_go_on(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasktalk.bots.channels.web.rates.PerAddress.seconds_until_next", lambda *_: 7)
    async with serve() as client:
        async with streaming(client) as stream:  # of this machine
            await stream.messages(2)
        far = {"X_Forwarded_For": "198.51.100.7"}
        async with streaming(client, **far) as stream:  # known by now
            await stream.messages(2)
        for method, path in [("GET", "/chat/ask/events"), ("POST", "/chat/ask/say")]:
            body = {"id": "message-1", "text": "Bob"}
            async with client.request(method, path, headers=known(BOB, **far), json=body) as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        socket = await client.ws_connect("/chat/ask/socket", headers={"X-Forwarded-For": "198.51.100.7"})
        await socket.send_json({"type": "hello", "contact": BOB})
        closed = await socket.receive()
        assert (socket.close_code, closed.extra) == (
            1013, "Too many talks were begun from this address: try it again in 7 seconds.",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", None, None),
        ("::1", None, None),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.2", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.2", None, "10.0.0.2"),
        ("8.8.8.8", None, "8.8.8.8"),
        ("8.8.8.8", "198.51.100.7", "8.8.8.8"),
    ],
)
def test_whoever_is_far_is_known_by_the_address_that_a_near_proxy_says(
    peer: str, forwarded: str | None, address: str | None
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert address_of(make_mocked_request("GET", "/", headers).clone(remote=peer)) == address


async def test_how_long_a_stream_is_open_is_not_measured_as_the_time_of_an_answer(serve: Serve) -> None:
    async with serve() as client:
        async with streaming(client) as stream:
            await stream.messages(2)
        await say(client, "message-1", "Ana")
        async with client.get("/metrics") as answer:
            told = await answer.text()
    assert 'tasktalk_http_request_seconds_count{route="/chat/{bot}/say"} 1' in told
    assert 'seconds_count{route="/chat/{bot}/events"}' not in told


def test_addresses_are_counted_each_for_itself_in_windows() -> None:
    clock = VirtualClock(NOW)
    newcomers = PerAddress(clock, Rate(2, timedelta(minutes=1)))
    asked = ["1.2.3.4", "1.2.3.4", "1.2.3.5", "1.2.3.4"]
    assert [newcomers.seconds_until_next(address) for address in asked] == [0, 0, 0, 60]
    clock.advance(timedelta(seconds=50))
    assert [newcomers.seconds_until_next(address) for address in asked] == [10, 10, 0, 10]
    clock.advance(timedelta(seconds=10))
    assert [newcomers.seconds_until_next(address) for address in asked] == [0, 0, 0, 60]


def test_a_network_of_the_sixth_version_is_one_address() -> None:
    newcomers = PerAddress(VirtualClock(NOW), Rate(1, timedelta(minutes=1)))
    asked = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "::ffff:1.2.3.4", "::ffff:1.2.3.5", "unknown"]
    assert [newcomers.seconds_until_next(address) for address in asked] == [0, 60, 0, 0, 0, 0]


def test_addresses_take_a_bounded_memory() -> None:
    newcomers = PerAddress(VirtualClock(NOW), Rate(1, timedelta(minutes=1)))
    for number in range(MOST_ADDRESSES + 5):
        assert newcomers.seconds_until_next(f"host{number}") == 0
    assert newcomers.seconds_until_next("host0") == 0
    assert newcomers.seconds_until_next("host9999") > 0


def test_without_a_rate_everybody_is_welcome() -> None:
    newcomers = PerAddress(VirtualClock(NOW), None)
    assert [newcomers.seconds_until_next("1.2.3.4") for _ in range(1_000)] == [0] * 1_000
