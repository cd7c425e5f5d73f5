"""The chat page and its socket: nothing is lost, nothing counts twice, nobody else gets in."""

import asyncio
import re
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from tasktalk.runtime import engine
from tasktalk.runtime.ports import Inbound, Receipt
from tasktalk.storage.errors import DatabaseError
from tests.bots.conftest import Client, Serve
from tests.patience import PATIENCE

ANA, BOB = "ana-0123456789-0123456789", "bob-0123456789-0123456789"
Socket = ClientWebSocketResponse[bool]


async def connected(client: Client, after: int = 0, contact: str = ANA) -> Socket:
    socket = await client.ws_connect("/chat/ask/socket")
    await socket.send_json({"type": "hello", "contact": contact, "after": after})
    assert (await socket.receive_json())["type"] == "welcome"
    return socket


async def messages(socket: Socket, count: int) -> list[tuple[int, str, str]]:
    """The next messages, as (sequence, direction, text)."""
    found: list[tuple[int, str, str]] = []
    while len(found) < count:
        frame: dict[str, Any] = await socket.receive_json(timeout=PATIENCE)
        if frame["type"] == "message":
            found.append((frame["sequence"], frame["direction"], frame["text"]))
    return found


async def say(socket: Socket, message_id: str, text: str) -> None:
    await socket.send_json({"type": "say", "id": message_id, "text": text})


async def test_the_bot_begins_and_answers(serve: Serve) -> None:
    async with serve() as client:
        socket = await connected(client)
        assert await messages(socket, 2) == [(1, "in", ""), (2, "out", "Who are you?")]
        await say(socket, "message-1", "Ana")
        assert await messages(socket, 2) == [(3, "in", "Ana"), (4, "out", "Hello, Ana.")]


async def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(serve: Serve) -> None:
    async with serve() as client:
        socket = await connected(client)
        await messages(socket, 2)
        await say(socket, "message-1", "Ana")
        await messages(socket, 1)
        await socket.close()
    async with serve() as client:
        socket = await connected(client, after=3)
        assert await messages(socket, 1) == [(4, "out", "Hello, Ana.")]
        await say(socket, "message-1", "Ana")  # the page never saw that it had arrived
        await say(socket, "message-2", "2")
        assert await messages(socket, 2) == [(5, "in", "2"), (6, "out", "So large.")]


async def test_a_talk_longer_than_one_reading_comes_whole(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_PAGE", 2)
    async with serve({"ask": "FOR i = 1 TO 5\n  TALK i\nNEXT\n"}) as client:
        socket = await connected(client)
        await messages(socket, 6)
        await socket.close()
        again = await connected(client)
        assert [sequence for sequence, _, _ in await messages(again, 6)] == [1, 2, 3, 4, 5, 6]


async def test_two_pages_of_one_contact_show_the_same(serve: Serve) -> None:
    async with serve() as client:
        one = await connected(client)
        two = await connected(client)
        await say(one, "message-1", "Ana")
        assert await messages(one, 4) == await messages(two, 4)


async def test_contacts_do_not_see_each_other(serve: Serve) -> None:
    async with serve() as client:
        await messages(await connected(client), 2)
        other = await connected(client, contact="bob-0123456789-0123456789")
        assert await messages(other, 2) == [(1, "in", ""), (2, "out", "Who are you?")]


async def test_suggestions_and_ids_come_with_the_messages(serve: Serve) -> None:
    async with serve({"ask": 'ADD SUGGESTION "h" AS "Hours"\nx = HEAR "Which?"\nTALK x'}) as client:
        socket = await connected(client)
        frames = [await socket.receive_json() for _ in range(4)]
        [question] = [f for f in frames if f["type"] == "message" and f["direction"] == "out"]
        assert question["suggestions"] == [{"value": "h", "label": "Hours"}]
        await say(socket, "message-1", "h")
        while (frame := await socket.receive_json())["type"] != "message":
            continue
        assert (frame["id"], frame["direction"]) == ("message-1", "in")


async def test_the_bot_is_shown_at_work(serve: Serve) -> None:
    async with serve() as client:
        socket = await connected(client)
        frames = [await socket.receive_json() for _ in range(4)]
        typing = [f["is_typing"] for f in frames if f["type"] == "typing"]
        assert typing == [True, False]


async def test_the_bot_is_shown_writing_while_its_script_waits(serve: Serve) -> None:
    async with serve({"ask": 'TALK "Wait."\nTYPING\nWAIT 0.2\nTALK "Here."\nHEAR more\n'}) as client:
        socket = await connected(client)
        seen: list[object] = []
        while seen[-2:] != ["Here.", False] and seen[-2:] != [False, "Here."]:
            frame = await socket.receive_json(timeout=PATIENCE)
            seen.append(frame.get("text", frame.get("is_typing")))
        shown = [what for what in seen if isinstance(what, bool)]
        assert shown == [True, True, False]


async def test_a_question_for_a_password_says_so_and_the_answer_comes_back_as_bullets(serve: Serve) -> None:
    async with serve({"ask": 'HEAR p AS PASSWORD WITH "Password?"\nHEAR more WITH "Thanks."'}) as client:
        socket = await connected(client)
        frames = [await socket.receive_json() for _ in range(4)]
        [question] = [f for f in frames if f["type"] == "message" and f["direction"] == "out"]
        assert question["is_secret"] is True
        await say(socket, "message-1", "correct horse")
        while (frame := await socket.receive_json(timeout=PATIENCE)).get("text") != "Thanks.":
            continue
        assert frame["is_secret"] is False
        again = await messages(await connected(client), 4)
        assert again[2] == (3, "in", "••••••••")


@pytest.mark.parametrize(
    ("frame", "wrong"),
    [
        ('{"type": "say", "id": "x", "text": "x"}', "expected id to have at least 8 characters"),
        ('{"type": "say", "id": "x", "text": "' + "x" * 8001 + '"}', "expected text to have at most 8,000 characters"),
        ('{"type": "say", "text": "x"}', "id is missing"),
        ('{"type": "say", "id": "x", "txt": "x"}', "There is no field txt; did you mean text?"),
        ('{"type": "say", "id": "x", "text": "\\ud800"}', "text is not Unicode"),
        ('{"type": "say", "id": "x", "text": "a\\u0000b"}', "text has a NUL character in it"),
        ('{"type": "say", "id": "x", "text": 5}', "expected text to be a text"),
        (
            '{"type": "say", "id": "x", "text": ""}',
            "expected text not to be empty, or files to have at least one",
        ),
        ('{"type": "say", "id": "x", "text": "x", "files": "y"}', "expected files to be a list"),
        ('{"type": "say", "id": "x", "files": [5]}', "expected files.0 to be a text"),
        (
            '{"type": "say", "id": "x", "files": ["' + '","'.join(map(str, range(21))) + '"]}',
            "expected files to have at most 20 entries",
        ),
        (
            '{"type": "say", "id": "x", "files": ["y"]}',
            "expected files to have what POST …/files gave as file, for this bot and this person",
        ),
        ('{"type": "shout", "id": "x", "text": "x"}', "expected type to be 'say'"),
        ("[]", "expected a JSON object"),
        ("{", "The message is not JSON: expecting property name enclosed in double quotes at line 1, column 2"),
    ],
)
async def test_what_is_wrong_with_a_frame_is_said_and_harms_nothing(serve: Serve, frame: str, wrong: str) -> None:
    async with serve() as client:
        socket = await connected(client)
        await messages(socket, 2)
        is_about_id = "expected id" in wrong
        await socket.send_str(frame if is_about_id else frame.replace('"id": "x"', '"id": "message-1"'))
        while (answer := await socket.receive_json())["type"] == "typing":
            continue
        whose = {} if '"id": "x"' not in frame else {"id": "x" if is_about_id else "message-1"}
        assert answer == {"type": "error", **whose, "code": "invalid_request", "message": wrong}
        await say(socket, "message-2", "Ana")
        assert await messages(socket, 2) == [(3, "in", "Ana"), (4, "out", "Hello, Ana.")]


@pytest.mark.parametrize(
    ("hello", "wrong"),
    [
        (b"{", "The hello is not JSON: expecting property name enclosed in double quotes at line 1, column 2"),
        (b"[]", "expected a JSON object"),
        (b'{"type": "hello"}', "contact is missing"),
        (b'{"type": "hello", "contact": "%s", "after": -1}' % ANA.encode(), "expected after to be at least 0"),
        (b'{"type": "hello", "contact": "%s", "after": "1"}' % ANA.encode(), "expected after to be a whole number"),
    ],
)
async def test_what_is_wrong_with_a_hello_is_said(serve: Serve, hello: bytes, wrong: str) -> None:
    async with serve() as client:
        socket = await client.ws_connect("/chat/ask/socket")
        await socket.send_str(hello.decode())
        closed = await socket.receive()
        assert (socket.close_code, closed.extra) == (1008, wrong)


@pytest.mark.parametrize("contact", ["", "ana", "x" * 19, "x" * 81, "ana 0123456789 0123456789"])
async def test_a_contact_that_can_be_guessed_is_refused(serve: Serve, contact: str) -> None:
    async with serve() as client:
        socket = await client.ws_connect("/chat/ask/socket")
        await socket.send_json({"type": "hello", "contact": contact, "after": 0})
        closed = await socket.receive()
        assert (closed.type, socket.close_code) == (WSMsgType.CLOSE, 1008)
        assert closed.extra == "expected contact to be 20 to 80 letters, digits, - and _ of your own choice"


async def test_who_may_not_connect(serve: Serve) -> None:
    async with serve() as client:
        for path, origin, status in [
            ("/chat/ask/socket", "https://elsewhere.example", 403),
            ("/chat/ask/socket", "null", 403),
            ("/chat/nobody/socket", None, 404),
        ]:
            with pytest.raises(WSServerHandshakeError) as refused:
                await client.ws_connect(path, headers={} if origin is None else {"Origin": origin})
            assert refused.value.status == status
        own = str(client.make_url("/")).rstrip("/")
        await (await client.ws_connect("/chat/ask/socket", headers={"Origin": own})).close()


async def test_a_server_that_stops_says_so(serve: Serve) -> None:
    async with serve() as client:
        socket = await connected(client)
        await messages(socket, 2)
        closing = asyncio.create_task(client.server.close())
        while (frame := await socket.receive()).type is WSMsgType.TEXT:
            continue
        await closing
        assert (frame.type, socket.close_code) == (WSMsgType.CLOSE, 1001)


async def test_the_page_is_all_from_here(serve: Serve) -> None:
    async with serve() as client:
        async with client.get("/chat/ask") as answer:
            page = await answer.text()
            policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"https?://|<script>|<style>| style=| on[a-z]+=", page)
        paths = re.findall(r'(?:src|href)="\.\.(/web/[^"]+)"', page)
        assert len(paths) == 4
        for path in paths:
            async with client.get(path) as answer:
                assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")


async def test_only_what_is_for_pages_of_other_sites_can_be_loaded_by_them(serve: Serve) -> None:
    async with serve() as client:
        for path in ("/widget.js", "/web/widget.js", "/web/panel.js", "/web/words.js", "/web/deepChat.bundle.js"):
            async with client.get(path, headers={"Origin": "https://www.example.com"}) as answer:
                assert answer.status == 200
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
                assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
                assert answer.headers["Cache-Control"] == "no-cache"
        for path in ("/chat/ask", "/", "/web/chat.js", "/web/theme.css"):
            async with client.get(path, headers={"Origin": "https://www.example.com"}) as answer:
                assert answer.status == 200
                assert "Access-Control-Allow-Origin" not in answer.headers
                assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_pages_that_are_not_there(serve: Serve) -> None:
    async with serve() as client:
        for path in ("/chat/nobody", "/nothing", "/web/../app.py", "/web/nothing.js"):
            async with client.get(path, headers={"Accept": "text/html"}) as answer:
                assert (answer.status, answer.content_type) == (404, "text/html"), path
            async with client.get(path) as answer:
                assert (answer.status, (await answer.json())["error"]) == (404, "not_found"), path


async def test_the_first_page_lists_the_bots_and_says_which_are_broken(serve: Serve) -> None:
    async with (
        serve({"ask": 'TALK "hi"', "a<b": 'TALK "hi"', "broken": 'TALK "a\nIF'}) as client,
        client.get("/") as answer,
    ):
        page = await answer.text()
    assert '<a class="talk" href="/chat/ask">' in page
    assert "a&lt;b" in page
    assert re.search(
        r"<code>&lt;script src=&quot;http://127.0.0.1:\d+/widget.js&quot; data-bot=&quot;ask&quot;&gt;", page
    )
    assert "a<b" not in page
    assert "broken" in page
    assert "start.bas:" in page


@pytest.mark.parametrize("part", ["messages", "answer", "receive"])
async def test_a_page_is_let_go_where_the_store_fails_and_misses_nothing(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    right, receive = getattr(engine.Engine, part), engine.Engine.receive
    begun: list[str] = []

    async def note(one: engine.Engine, inbound: Inbound) -> Receipt:
        receipt = await receive(one, inbound)
        begun.append(receipt.conversation_id)
        return receipt

    async def fail(one: engine.Engine, asked: Any, *rest: Any) -> Any:
        # Bob's page may still be looking whether there is more for it.
        if bobs == (asked if isinstance(asked, str) else getattr(asked, "conversation_id", None)):
            return await right(one, asked, *rest)
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(engine.Engine, "receive", note)
    async with serve() as client:
        other = await connected(client, contact=BOB)
        await messages(other, 2)
        [bobs] = begun
        with monkeypatch.context() as patch:
            patch.setattr(engine.Engine, part, fail)
            socket = await client.ws_connect("/chat/ask/socket")
            await socket.send_json({"type": "hello", "contact": ANA, "after": 0})
            while (await socket.receive(timeout=PATIENCE)).type is WSMsgType.TEXT:
                continue
            assert socket.close_code == 1013
        assert "the disk is full" in caplog.text
        again = await connected(client)
        assert await messages(again, 2) == [(1, "in", ""), (2, "out", "Who are you?")]
        await say(other, "message-1", "Bob")
        assert await messages(other, 2) == [(3, "in", "Bob"), (4, "out", "Hello, Bob.")]
