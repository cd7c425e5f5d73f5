"""Files on the web chat: what comes is heard as a file, whoever has no right to it gets nothing, and nothing breaks."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import FormData, payload

from tasktalk.bots.hosting import Hosting
from tasktalk.runtime.budgets import Rate, Rates
from tests.bots.conftest import Client, Serve
from tests.bots.test_chat_events import ANA, BOB, Stream, known, streaming
from tests.bots.test_web import Socket, connected, messages
from tests.patience import PATIENCE

TAKES = """
DO
  HEAR x AS FILE WITH "Send it."
  FOR EACH f IN FILES
    TALK f.kind, " ", f.name, " ", f.type, " ", f.size, ": ", GET f.url
  NEXT
LOOP
"""
SCRIPTS = {"ask": TAKES, "other": TAKES}
MOST = 25 * 1024 * 1024
SMALL = Hosting(most_file_bytes=1000)


def form(data: Any = b"fig;2", name: str = "prices.csv", kind: str | None = "text/csv") -> FormData:
    found = FormData()
    found.add_field("file", data, filename=name, content_type=kind)
    return found


async def upload(
    client: Client, data: Any = None, contact: str = ANA, bot: str = "ask", **headers: str
) -> tuple[int, Any]:
    given = form() if data is None else data
    async with client.post(f"/chat/{bot}/files", data=given, headers=known(contact, **headers)) as answer:
        return answer.status, await answer.json()


async def begin(client: Client, contact: str = ANA, bot: str = "ask") -> None:
    async with client.get(f"/chat/{bot}/events", headers=known(contact)) as answer:
        assert answer.status == 200


async def post(client: Client, body: Mapping[str, Any], contact: str = ANA, bot: str = "ask") -> tuple[int, Any]:
    async with client.post(f"/chat/{bot}/say", json=body, headers=known(contact)) as answer:
        return answer.status, await answer.json()


async def frames(source: Stream | Socket, count: int) -> list[dict[str, Any]]:
    """The next messages."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        frame = await (source.frame() if isinstance(source, Stream) else source.receive_json(timeout=PATIENCE))
        found += [frame] if frame["type"] == "message" else []
    return found


@pytest.mark.parametrize("way", ["socket", "post"])
async def test_files_of_a_message_are_heard_and_shown(serve: Serve, way: str) -> None:
    async with serve(SCRIPTS) as client, streaming(client) as stream:
        await stream.messages(2)
        status, one = await upload(client)
        word, link = one.pop("file"), one["url"]
        told = {"kind": "file", "url": link, "name": "prices.csv", "mime_type": "text/csv", "size": 5}
        assert (status, one) == (201, told)
        _, two = await upload(client, form(b"\x89PNG", "a.png", "image/png"))
        said = {"id": "message-1", "text": "Both", "files": [word, two["file"]]}
        if way == "post":
            assert await post(client, said) == (202, {"id": "message-1", "is_repeat": False})
        else:
            await (await connected(client, after=2)).send_json({"type": "say", **said})
        [heard, *answers] = await frames(stream, 3)
        assert [answer["text"] for answer in answers] == [
            "file prices.csv text/csv 5: fig;2", "image a.png image/png 4: \ufffdPNG",
        ]  # fmt: skip
        assert (heard["text"], heard["files"]) == ("Both", [told, {**heard["files"][1], "kind": "image"}])
        async with client.get(urlsplit(link).path) as answer:
            assert (answer.status, await answer.read(), answer.content_type) == (200, b"fig;2", "text/csv")
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_a_file_alone_is_a_message_and_a_repeat_changes_nothing(serve: Serve) -> None:
    async with serve(SCRIPTS) as client, streaming(client) as stream:
        await stream.messages(2)
        _, told = await upload(client)
        said = {"id": "message-1", "files": [told["file"]]}
        assert await post(client, said) == (202, {"id": "message-1", "is_repeat": False})
        assert await post(client, said) == (202, {"id": "message-1", "is_repeat": True})
        assert [text for _, _, text in await stream.messages(3)] == [
            "", "file prices.csv text/csv 5: fig;2", "Send it.",
        ]  # fmt: skip


async def test_links_lead_to_where_the_page_reaches_the_server(serve: Serve) -> None:
    script = "HEAR x AS FILE\nTALK x\nSEND FILE x\nHEAR more"
    async with serve({"ask": script}) as client, streaming(client) as stream:
        await stream.messages(1)
        _, told = await upload(client)
        await post(client, {"id": "message-1", "files": [told["file"]]})
        heard, talked, sent = await frames(stream, 3)
        link = heard["files"][0]["url"]
        assert link.startswith(str(client.make_url("/channels/web/files/")))
        assert talked["text"] == sent["files"][0]["url"] == link


async def test_a_page_is_told_how_large_a_file_may_be(serve: Serve) -> None:
    async with serve(SCRIPTS) as client:
        socket = await client.ws_connect("/chat/ask/socket")
        await socket.send_json({"type": "hello", "contact": ANA})
        assert await socket.receive_json() == {"type": "welcome", "files": {"most": 20, "most_bytes": MOST}}


async def test_a_reference_counts_over_a_restart(serve: Serve) -> None:
    async with serve(SCRIPTS) as client:
        await begin(client)
        _, told = await upload(client)
    async with serve(SCRIPTS) as client, streaming(client) as stream:
        await stream.messages(2)
        await post(client, {"id": "message-1", "files": [told["file"]]})
        assert (await stream.messages(2))[1][2] == "file prices.csv text/csv 5: fig;2"


async def test_nobody_else_can_use_a_reference(serve: Serve) -> None:
    async with serve(SCRIPTS) as client:
        for contact, bot in [(ANA, "ask"), (BOB, "ask"), (ANA, "other")]:
            await begin(client, contact, bot)
        _, told = await upload(client)
        word, _, mark = told["file"].partition(".")
        _, others = await upload(client, contact=BOB)
        for contact, bot, file in [
            (BOB, "ask", told["file"]),
            (ANA, "other", told["file"]),
            (ANA, "ask", others["file"]),
            (ANA, "ask", f"{word}x.{mark}"),
            (ANA, "ask", f"{word}."),
            (ANA, "ask", word),
            (ANA, "ask", f"{others['file'].partition('.')[0]}.{mark}"),
            (ANA, "ask", "kept:fil_1"),
            (ANA, "ask", "ü\ud800".encode("utf-8", "replace").decode()),
            (ANA, "ask", ""),
        ]:
            said = {"id": "message-1", "text": "x", "files": [file]}
            status, problem = await post(client, said, contact, bot)
            assert (status, problem["error"]) == (400, "invalid_request"), file
            assert problem["message"].startswith("expected files to have what POST"), file
        assert (await post(client, {"id": "message-1", "files": [told["file"]]}))[0] == 202


async def test_a_file_that_is_gone_is_said_and_the_message_is_not_taken(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(SCRIPTS) as client:
        socket = await connected(client)
        await messages(socket, 2)
        _, told = await upload(client)
        monkeypatch.setattr("tasktalk.runtime.kept_files._KEPT", "kept:not")  # as if its row had been removed
        await socket.send_json({"type": "say", "id": "message-1", "text": "x", "files": [told["file"]]})
        while (answer := await socket.receive_json())["type"] == "typing":
            continue
        assert (answer["code"], answer["id"]) == ("file_gone", "message-1")
        assert answer["message"].startswith("prices.csv was sent to the server too long ago")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\cat.jpg", "cat.jpg"),
        ("..", "file"),
        ("", "file.csv"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\u200eb\u2028.txt", "ab.txt"),
        ("x" * 300 + ".txt", "x" * 251 + ".txt"),
        ("ünï 猫.txt", "ünï 猫.txt"),
    ],
)
async def test_names_are_made_harmless(serve: Serve, given: str, name: str) -> None:
    async with serve(SCRIPTS) as client, streaming(client) as stream:
        await stream.messages(2)
        status, told = await upload(client, form(name=given))
        assert (status, told["name"]) == (201, name)
        await post(client, {"id": "message-1", "files": [told["file"]]})
        [heard] = await frames(stream, 1)
        assert heard["files"][0]["name"] == name


async def test_a_file_that_is_too_large_is_refused_while_it_comes(serve: Serve, tmp_path: Path) -> None:
    async with serve(SCRIPTS, hosting=SMALL) as client:
        await begin(client)
        assert (await upload(client, form(b"x" * 1000)))[0] == 201
        for data in (b"x" * 1001, b"x" * 200_000):
            status, problem = await upload(client, form(data))
            assert (status, problem) == (
                413, {"error": "file_too_large", "message": "A file can have 1,000 bytes at most"},
            )  # fmt: skip
    assert not list(tmp_path.rglob("incoming/*"))


async def test_a_length_that_lies_is_found(serve: Serve, tmp_path: Path) -> None:
    """Told to be short, or told not at all, and then without an end."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    endless = b"%x\r\n%b\r\n" % (len(head), head) + (b"fff0\r\n" + b"x" * 0xFFF0 + b"\r\n") * 9
    async with serve(SCRIPTS, hosting=SMALL) as client:
        await begin(client)
        for length, body, code in [
            (f"Content-Length: {len(head) + 9}", head + b"fig;2--b-", "invalid_upload"),
            (f"Content-Length: {10**12}", head, "file_too_large"),
            ("Transfer-Encoding: chunked", endless, "file_too_large"),
        ]:
            reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
            writer.write(
                f"POST /chat/ask/files HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n{length}\r\n"
                f"Authorization: Bearer {ANA}\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n".encode()
                + body
            )
            async with asyncio.timeout(PATIENCE):
                told = await reader.readuntil(b"}")
            assert json.loads(told[told.index(b"{") :])["error"] == code
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
    assert not list(tmp_path.rglob("incoming/*"))


async def test_who_hangs_up_in_the_middle_leaves_nothing(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    is_going_on = asyncio.Event()

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 200_000
        is_going_on.set()
        await asyncio.Event().wait()

    async with serve(SCRIPTS) as client:
        await begin(client)
        sending = asyncio.create_task(upload(client, form(payload.AsyncIterablePayload(broken()))))
        await is_going_on.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert (await upload(client))[0] == 201
    assert not list(tmp_path.rglob("incoming/*"))
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_what_is_no_file(serve: Serve) -> None:
    async with serve(SCRIPTS) as client:
        await begin(client)
        other = FormData({"text": "x"}, default_to_multipart=True)
        for data, status, code in [
            (b"fig;2", 415, "unsupported_media_type"),
            (other, 400, "missing_file"),
        ]:
            found, problem = await upload(client, data)
            assert (found, problem["error"]) == (status, code)


async def test_who_may_not_upload(serve: Serve) -> None:
    async with serve(SCRIPTS) as client:
        status, problem = await upload(client)
        assert (status, problem["error"]) == (404, "conversation_not_found")
        await begin(client)
        for headers in ({"Origin": "https://www.example.com"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}):
            status, problem = await upload(client, **headers)
            assert (status, problem["error"]) == (403, "permission_denied")
        assert (await upload(client, contact="ana"))[0] == 401
        assert (await upload(client, bot="nobody"))[0] == 404
        async with client.get("/chat/ask/files", headers=known()) as answer:
            assert answer.status == 405


async def test_so_many_come_from_an_address(serve: Serve) -> None:
    hosting = Hosting(rates=Rates(upload=Rate(2, timedelta(hours=1))))
    async with serve(SCRIPTS, hosting=hosting) as client:
        await begin(client)
        far = {"X_Forwarded_For": "198.51.100.7"}
        assert [(await upload(client, **far))[0] for _ in range(3)] == [201, 201, 429]
        assert (await upload(client, X_Forwarded_For="198.51.100.8"))[0] == 201
        assert [(await upload(client))[0] for _ in range(3)] == [201] * 3  # this machine's own


async def test_a_server_without_a_place_for_files_says_so(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasktalk.bots.assembly.store_at", lambda *_: None)
    async with serve(SCRIPTS) as client:
        socket = await client.ws_connect("/chat/ask/socket")
        await socket.send_json({"type": "hello", "contact": ANA})
        assert await socket.receive_json() == {"type": "welcome", "files": None}
        status, problem = await upload(client)
        assert (status, problem["error"]) == (501, "no_file_store")
