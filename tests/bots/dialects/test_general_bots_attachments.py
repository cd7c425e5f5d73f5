"""General Bots: files that hang on tasks."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.api.uploads import OTHER_BYTES
from tasktalk.bots.files.local import LocalFiles
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.files import FilesAway
from tasktalk.runtime.tasks.model import bare
from tasktalk.storage import contents, events
from tests.bots.dialects.conftest import MOST_BYTES, Answer, Api
from tests.patience import PATIENCE

BOUNDARY = "x1y2z3"
EVERY_BYTE = bytes(range(256)) * 17


def form(*parts: bytes, end: bytes = b"--x1y2z3--\r\n") -> bytes:
    return b"".join(b"--x1y2z3\r\n" + part + b"\r\n" for part in parts) + end


def part(data: bytes, disposition: str = 'form-data; name="file"; filename="a.bin"', *headers: str) -> bytes:
    lines = [f"Content-Disposition: {disposition}", *headers]
    return "\r\n".join(lines).encode(errors="surrogateescape") + b"\r\n\r\n" + data


async def send(
    api: Api, task_id: str, body: Any, content_type: str = f"multipart/form-data; boundary={BOUNDARY}"
) -> Answer:
    return await api.send("POST", f"/tasks/{task_id}/attachments", data=body, headers={"Content-Type": content_type})


async def attach(
    api: Api, task_id: str, data: bytes = b"data", filename: str = "a.bin", content_type: str | None = None
) -> Answer:
    fields = FormData()
    fields.add_field("file", data, filename=filename, content_type=content_type)
    return await api.send("POST", f"/tasks/{task_id}/attachments", data=fields)


async def attached(api: Api, task_id: str, data: bytes = b"data", **options: Any) -> str:
    answer = await attach(api, task_id, data, **options)
    assert answer.status == 201, answer
    attachment_id: str = answer.body["attachment_id"]
    return attachment_id


async def fetched(api: Api, task_id: str, attachment_id: str, method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
    headers = {"Authorization": f"Bearer {api.token}"}
    url = f"{api.base}/tasks/{task_id}/attachments/{attachment_id}"
    async with api.client.request(method, url, headers=headers) as response:
        return response.status, await response.read(), dict(response.headers)


async def rows(services: Services, table: str) -> list[dict[str, Any]]:
    async with services.database.read() as reader:
        return await contents.rows(reader, table)


def on_disk(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


async def test_gb_75_and_76_an_upload_is_answered_with_its_fields(api: Api) -> None:
    task_id = await api.made()
    answer = await attach(api, task_id, b"x" * 1024, "screenshot.png", "image/png")
    assert answer.status == 201
    assert answer.body["attachment_id"].startswith("att_")
    del answer.body["attachment_id"]
    assert answer.body == {
        "task_id": task_id,
        "filename": "screenshot.png",
        "size_bytes": 1024,
        "mime_type": "image/png",
        "uploaded_at": "2024-01-15T10:00:00Z",
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        EVERY_BYTE,
        b"\r\n",
        b"\r\n--x1y2\r\n--x1y2z\r\n",
        b"--x1y2z",
        os.urandom(MOST_BYTES),
        b"\r\n" * 40_000,
        b"text\n",
    ],
    ids=range(9),
)
async def test_gb_77_the_bytes_come_back_as_they_were(api: Api, folder: Path, data: bytes) -> None:
    task_id = await api.made()
    answer = await send(api, task_id, form(part(data)))
    assert (answer.status, answer.body["size_bytes"]) == (201, len(data))
    status, body, headers = await fetched(api, task_id, answer.body["attachment_id"])
    assert (status, body, headers["Content-Length"]) == (200, data, str(len(data)))
    assert on_disk(folder) == [data]


async def test_gb_77_head_tells_the_size_without_the_bytes(api: Api) -> None:
    task_id = await api.made()
    attachment_id = await attached(api, task_id, b"12345")
    status, body, headers = await fetched(api, task_id, attachment_id, "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "5")


@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionParam")
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('filename="../../etc/passwd"', "passwd"),
        (r'filename="C:\Users\Ana\report.pdf"', "report.pdf"),
        (r'filename="..\..\evil.exe"', "evil.exe"),
        ('filename="/"', "file"),
        ('filename=".."', "file"),
        ('filename=""', "file"),
        ("x=y", "file"),
        ("filename*=UTF-8''a%09b%7F%0D%0Ac.txt", "abc.txt"),
        ('filename="Straße – 日本.txt"', "Straße – 日本.txt"),
        ("filename*=UTF-8''na%C3%AFve%2Fplan.txt", "plan.txt"),
        ("filename=\"plain.txt\"; filename*=UTF-8''%E2%82%AC.txt", "€.txt"),
        ("filename*=UTF-8''%00%FF.txt", "\ufffd.txt"),
        ('filename="say %22hi%22.txt"', 'say "hi".txt'),
        ('filename="..%2F..%2Fetc%2Fpasswd"', "passwd"),
        ('filename="my%20file.txt"', "my file.txt"),
        ('filename="100%.txt"', "100%.txt"),
        (r'filename="say \"hi\".txt"', 'say "hi".txt'),
        ("filename=bare.txt", "bare.txt"),
        ('filename="\u202etxt.exe"', "txt.exe"),
        ('filename="  spaced.txt "', "spaced.txt"),
        (f'filename="{"é" * 300}.tar.gz"', "é" * 126 + ".gz"),
        (f'filename="{"a" * 300}"', "a" * 255),
        ('filename=".bashrc"', ".bashrc"),
        ('filename="na\udcefve.txt"', "na\ufffdve.txt"),
        ("filename*=UTF-8''na\udcefve.txt", "na\ufffdve.txt"),
    ],
)
async def test_gb_78_the_name_is_cleaned(api: Api, sent: str, kept: str) -> None:
    task_id = await api.made()
    answer = await send(api, task_id, form(part(b"x", f'form-data; name="file"; {sent}')))
    assert (answer.status, answer.body.get("filename")) == (201, kept)
    _, _, headers = await fetched(api, task_id, answer.body["attachment_id"])
    assert "\n" not in headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("told", "filename", "mime_type"),
    [
        (["Content-Type: image/png"], "a.txt", "image/png"),
        (["Content-Type: Text/Plain; charset=utf-8"], "a.bin", "text/plain"),
        ([], "a.png", "image/png"),
        ([], "a.PDF", "application/pdf"),
        ([], "a.unheardof", "application/octet-stream"),
        ([], "a", "application/octet-stream"),
        (["Content-Type: nonsense"], "a.txt", "text/plain"),
        (["Content-Type: text/html/x <script>"], "a.zip", "application/zip"),
        (["Content-Type:"], "a.csv", "text/csv"),
    ],
)
async def test_gb_78_the_type_is_told_or_follows_from_the_ending(
    api: Api, told: list[str], filename: str, mime_type: str
) -> None:
    sent = form(part(b"x", f'form-data; name="file"; filename="{filename}"', *told))
    answer = await send(api, await api.made(), sent)
    assert (answer.status, answer.body["mime_type"]) == (201, mime_type)


async def test_gb_78_a_strangers_file_is_never_shown_as_a_page(api: Api) -> None:
    task_id = await api.made()
    name = 'ä "x" 100%.html'
    attachment_id = await attached(api, task_id, b"<script>", filename=name, content_type="text/html")
    _, _, headers = await fetched(api, task_id, attachment_id)
    assert headers["Content-Type"] == "text/html"
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"_ _x_ 100_.html\"; filename*=UTF-8''%C3%A4%20%22x%22%20100%25.html"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox")


BROKEN = {
    "no part": (b"", 400, "invalid_upload"),
    "no form": (b"not a form at all", 400, "invalid_upload"),
    "only the end": (b"--x1y2z3--\r\n", 400, "missing_file"),
    "another field": (form(part(b"x", 'form-data; name="upload"; filename="a"')), 400, "missing_file"),
    "no name": (form(part(b"x", "form-data")), 400, "missing_file"),
    "no headers": (form(b"\r\nx"), 400, "missing_file"),
    "odd disposition": (form(part(b"x", "form-data; name")), 400, "missing_file"),
    "no end": (form(part(b"x" * 3000), end=b""), 400, "invalid_upload"),
    "cut off in the file": (form(part(b"x" * 3000))[:1500], 400, "invalid_upload"),
    "cut off in the headers": (form(part(b"x"))[:40], 400, "invalid_upload"),
    "cut off in the end": (form(part(b"x"))[:-5], 400, "invalid_upload"),
    "garbage behind": (form(part(b"x"), end=b"garbage"), 400, "invalid_upload"),
    "another boundary": (form(part(b"x")).replace(b"x1y2z3", b"other"), 400, "invalid_upload"),
    "headers without an end": (b"--x1y2z3\r\nContent-Disposition: form-data", 400, "invalid_upload"),
    "a header that is none": (form(b"nonsense\r\n\r\nx"), 400, "invalid_upload"),
    "a long header": (form(part(b"x", "form-data; name=file", "X: " + "y" * 100_000)), 400, "invalid_upload"),
    "parts in a part": (
        form(part(b"--q\r\n\r\nx\r\n--q--", "form-data; name=file", "Content-Type: multipart/mixed; boundary=q")),
        400,
        "invalid_upload",
    ),
    "base64": (form(part(b"eA==", "form-data; name=file", "Content-Transfer-Encoding: base64")), 400, "invalid_upload"),
    "two files": (form(part(b"x"), part(b"y")), 400, "invalid_upload"),
    "much else": (
        form(part(b"y" * (OTHER_BYTES + 1), 'form-data; name="note"'), part(b"x")),
        400,
        "invalid_upload",
    ),
    "much about nothing": (
        form(*[part(b"", 'form-data; name="note"', "X: " + "y" * 4000)] * 18, part(b"x")),
        400,
        "invalid_upload",
    ),
    "too large": (form(part(b"x" * (MOST_BYTES + 1))), 413, "file_too_large"),
    "far too large": (form(part(b"x" * 3 * MOST_BYTES)), 413, "file_too_large"),
}


@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")
@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("is_chunked", [False, True])
async def test_gb_79_a_broken_upload_is_refused_and_nothing_is_kept(
    api: Api, services: Services, folder: Path, name: str, is_chunked: bool
) -> None:
    body, status, code = BROKEN[name]

    async def pieces() -> Any:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    task_id = await api.made()
    before = await api.get(task_id)
    answer = await send(api, task_id, pieces() if is_chunked else body)
    assert (answer.status, answer.code) == (status, code), answer
    assert await api.get(task_id) == before
    assert on_disk(folder) == []
    assert await rows(services, "attachment") == await rows(services, "file") == []


@pytest.mark.parametrize(
    ("content_type", "status", "code"),
    [
        ("application/json", 415, "unsupported_media_type"),
        ("multipart/mixed; boundary=x1y2z3", 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("multipart/form-data", 400, "invalid_upload"),
        ("multipart/form-data; boundary=" + "x" * 71, 400, "invalid_upload"),
    ],
)
async def test_gb_79_what_is_no_form_is_refused(api: Api, content_type: str, status: int, code: str) -> None:
    answer = await send(api, await api.made(), form(part(b"x")), content_type)
    assert (answer.status, answer.code) == (status, code)


async def test_gb_79_the_largest_file_is_taken_with_other_fields_around(api: Api) -> None:
    note = part(b"n" * 1000, 'form-data; name="note"')
    answer = await send(api, await api.made(), form(note, part(b"x" * MOST_BYTES), note))
    assert (answer.status, answer.body["size_bytes"]) == (201, MOST_BYTES)


@pytest.mark.parametrize("told", [10, 2000, 10_000_000_000])
async def test_gb_79_a_length_that_is_a_lie(api: Api, services: Services, folder: Path, told: int) -> None:
    task_id = await api.made()
    server = api.client.server
    assert isinstance(server, TestServer)
    reader, writer = await asyncio.open_connection(server.host, server.port)
    head = (
        f"POST {api.base}/tasks/{task_id}/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.token}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {told}\r\n\r\n"
    )
    writer.write(head.encode() + form(part(b"x" * 1000)))
    writer.write_eof()
    answered = await reader.read()
    assert answered.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 ")) or answered == b""
    writer.close()
    await writer.wait_closed()
    assert (await api.get(task_id))["attachments_count"] == 0
    async with asyncio.timeout(PATIENCE):  # who is not answered does not know when the server has tidied up
        while on_disk(folder):
            await asyncio.to_thread(folder.stat)
    assert await rows(services, "attachment") == []


async def test_gb_32_and_33_an_attachment_is_counted_and_changes_the_task(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    clock.advance(timedelta(minutes=1))
    first = await attached(api, task_id)
    assert (await api.get(task_id))["updated_at"] == "2024-01-15T10:01:00Z"
    await attached(api, task_id)
    assert (await api.get(task_id))["attachments_count"] == 2
    clock.advance(timedelta(minutes=1))
    answer = await api.send("DELETE", f"/tasks/{task_id}/attachments/{first}")
    assert (answer.status, answer.body) == (200, {"deleted": True, "attachment_id": first})
    got = await api.get(task_id)
    assert (got["attachments_count"], got["updated_at"]) == (1, "2024-01-15T10:02:00Z")
    assert (await fetched(api, task_id, first))[0] == 404
    assert (await api.send("DELETE", f"/tasks/{task_id}/attachments/{first}")).code == "attachment_not_found"


async def test_attachments_are_listed_oldest_first(api: Api) -> None:
    task_id = await api.made()
    ids = [await attached(api, task_id, name.encode(), filename=name) for name in "abc"]
    answer = await api.send("GET", f"/tasks/{task_id}/attachments")
    assert [row["attachment_id"] for row in answer.body["attachments"]] == ids
    assert answer.body["total"] == 3
    answer = await api.send("GET", f"/tasks/{task_id}/attachments?limit=1&page=2")
    assert [row["filename"] for row in answer.body["attachments"]] == ["b"]
    answer = await api.send("GET", f"/tasks/{task_id}/attachments?limit=1000&page={10**18 - 1}")
    assert (answer.status, answer.body) == (200, {"attachments": [], "total": 3})


async def test_an_attachment_is_one_event_and_its_end_another(api: Api, services: Services) -> None:
    task_id = await api.made()
    attachment_id = await attached(api, task_id, b"12", filename="a.txt", content_type="text/plain")
    await api.send("DELETE", f"/tasks/{task_id}/attachments/{attachment_id}")
    async with services.database.read() as reader:
        found = [row for row in await events.after(reader, "task", 0) if row["subject_id"] == bare(task_id)][1:]
    assert [row["kind"] for row in found] == ["attachment_added", "attachment_removed"]
    file = {"attachment_id": attachment_id, "filename": "a.txt", "size_bytes": 2, "mime_type": "text/plain"}
    assert found[0]["changes"] == {"attachments_count": [0, 1], **{k: [None, v] for k, v in file.items()}}
    assert found[1]["changes"] == {"attachments_count": [1, 0], **{k: [v, None] for k, v in file.items()}}


async def test_the_same_content_is_one_file(api: Api, services: Services, folder: Path) -> None:
    tasks = [await api.made(), await api.made()]
    ids = [await attached(api, task_id, EVERY_BYTE, filename=f"{i}.bin") for i, task_id in enumerate(tasks * 2)]
    assert on_disk(folder) == [EVERY_BYTE]
    assert [(row["size_bytes"], row["status"]) for row in await rows(services, "file")] == [(len(EVERY_BYTE), "kept")]
    for task_id, attachment_id in zip(tasks * 2, ids, strict=True):
        assert (await fetched(api, task_id, attachment_id))[1] == EVERY_BYTE


async def test_attachments_at_the_same_time_are_all_kept(api: Api) -> None:
    task_id = await api.made()
    data = [b"same" if number % 2 else str(number).encode() for number in range(10)]
    ids = await asyncio.gather(*(attached(api, task_id, each) for each in data))
    assert (await api.get(task_id))["attachments_count"] == 10
    for attachment_id, each in zip(ids, data, strict=True):
        assert (await fetched(api, task_id, attachment_id))[1] == each


async def test_gb_08_and_10_attachments_of_a_task_that_is_not_there(api: Api, stranger: Api, folder: Path) -> None:
    answer = await attach(api, "tsk_xyz789")
    assert (answer.status, answer.body) == (404, {"error": "task_not_found", "message": "Task tsk_xyz789 not found"})
    task_id, other = await api.made(), await api.made()
    assert (await attach(stranger, task_id)).code == "task_not_found"
    assert on_disk(folder) == []
    attachment_id = await attached(api, task_id)
    assert (await fetched(stranger, task_id, attachment_id))[0] == 404
    assert (await stranger.send("GET", f"/tasks/{task_id}/attachments")).status == 404
    assert (await stranger.send("DELETE", f"/tasks/{task_id}/attachments/{attachment_id}")).status == 404
    for task, attachment in ((other, attachment_id), (task_id, "att_none")):
        assert (await api.send("DELETE", f"/tasks/{task}/attachments/{attachment}")).code == "attachment_not_found"
    assert (await fetched(api, task_id, attachment_id))[0] == 200


async def test_gb_03_and_09_attachments_need_a_token_for_what_is_done(api: Api, onlooker: Api, folder: Path) -> None:
    task_id = await api.made()
    assert (await attach(onlooker, task_id)).code == "permission_denied"
    api.token, token = None, api.token
    assert (await attach(api, task_id)).status == 401
    assert on_disk(folder) == []
    api.token = token
    attachment_id = await attached(api, task_id)
    assert (await fetched(onlooker, task_id, attachment_id))[0] == 200
    assert (await onlooker.send("DELETE", f"/tasks/{task_id}/attachments/{attachment_id}")).status == 403


async def test_gb_67_attachments_go_with_their_task(api: Api, services: Services) -> None:
    task_id, other = await api.made(), await api.made()
    attachment_id, kept = await attached(api, task_id), await attached(api, other)
    await api.send("DELETE", f"/tasks/{task_id}")
    assert [row["id"] for row in await rows(services, "attachment")] == [kept]
    assert (await fetched(api, task_id, attachment_id))[0] == 404
    assert (await attach(api, task_id)).code == "task_not_found"
    assert (await fetched(api, other, kept))[1] == b"data"


async def test_gb_73_a_comment_refers_to_attachments_of_its_task(api: Api) -> None:
    task_id, other = await api.made(), await api.made()
    own, foreign = await attached(api, task_id), await attached(api, other)
    answer = await api.send("POST", f"/tasks/{task_id}/comments", {"text": "See", "attachments": [own, own]})
    assert (answer.status, answer.body["attachments"]) == (201, [own])
    answer = await api.send("POST", f"/tasks/{task_id}/comments", {"text": "See", "attachments": [own, foreign]})
    assert (answer.status, answer.code) == (400, "unknown_attachment")
    assert foreign in answer.body["message"]


async def test_a_server_without_a_place_for_files_says_so(api: Api, services: Services) -> None:
    task_id = await api.made()
    object.__setattr__(services, "files", None)
    answer = await attach(api, task_id)
    assert (answer.status, answer.code) == (501, "no_file_store")
    assert (await api.send("GET", f"/tasks/{task_id}/attachments")).body["total"] == 0


@pytest.mark.parametrize("broken", ["incoming", "put", "read"])
async def test_files_that_are_away_are_asked_for_later(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    task_id = await api.made()
    attachment_id = await attached(api, task_id)

    def fails(*_: object) -> Any:
        raise FilesAway("disk full")

    monkeypatch.setattr(LocalFiles, broken, property(fails) if broken == "incoming" else fails)
    if broken == "read":
        answer = await api.send("GET", f"/tasks/{task_id}/attachments/{attachment_id}")
    else:
        answer = await attach(api, task_id, b"other")
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "5")
    assert "disk" not in answer.body["message"]
    assert (await api.get(task_id))["attachments_count"] == 1
    assert [row["status"] for row in await rows(services, "file") if row["status"] != "coming"] == ["kept"]


async def test_a_file_that_is_gone_from_its_place_is_told_as_away(api: Api, folder: Path) -> None:
    task_id = await api.made()
    attachment_id = await attached(api, task_id)
    [path] = [path for path in folder.rglob("*") if path.is_file()]
    path.unlink()
    answer = await api.send("GET", f"/tasks/{task_id}/attachments/{attachment_id}")
    assert (answer.status, answer.code) == (503, "unavailable")
