"""Files that come with tasks of Bytebot: in a form, in Base64, and their bytes again."""

import base64
import io
import json
from typing import Any

import pytest
from aiohttp import FormData

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.bytebot import files as face
from tests.bots.dialects.bytebot.conftest import Byte, told
from tests.bots.dialects.conftest import MOST_BYTES

EVERY_BYTE = bytes(range(256)) * 17
BOUNDARY = {"Content-Type": "multipart/form-data; boundary=x1y2"}


def form(*files: tuple[str, bytes, str | None], **texts: str) -> FormData:
    made = FormData()
    for name, value in texts.items():
        made.add_field(name, value)
    for name, data, kind in files:
        made.add_field("files", data, filename=name, content_type=kind)
    return made


def raw(*parts: str, end: str = "--x1y2--\r\n") -> bytes:
    return ("".join(f"--x1y2\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + end).encode()


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def bytes_of(byte: Byte, url: str) -> tuple[bytes, str]:
    async with byte.client.get(url) as answer:
        assert answer.status == 200
        return await answer.read(), answer.headers["Content-Type"]


async def test_bb_09_and_10_a_form_with_several_files(byte: Byte) -> None:
    sent = [
        ("contract1.pdf", EVERY_BYTE, "application/pdf"),
        ("contract2.pdf", b"", "application/pdf"),
        ("../../etc/pass wd", b"x" * 100_000, None),
        ("contract1.pdf", EVERY_BYTE, "text/plain"),
    ]
    answer = await byte.send("POST", "/tasks", data=form(*sent, description="Read them", priority="HIGH"))
    assert answer.status == 201
    assert (answer.body["description"], answer.body["priority"]) == ("Read them", "HIGH")
    shown = answer.body["files"]
    assert [(file["name"], file["size"], file["type"]) for file in shown] == [
        ("contract1.pdf", 4352, "application/pdf"),
        ("contract2.pdf", 0, "application/pdf"),
        ("pass wd", 100_000, "application/octet-stream"),
        ("contract1.pdf", 4352, "text/plain"),
    ]
    for file, (_, data, _) in zip(shown, sent, strict=True):
        assert await bytes_of(byte, file["url"]) == (data, file["type"])
    assert (await byte.get(answer.body["id"]))["files"] == shown
    assert (await byte.live.get(answer.body["id"]))["files"][0]["url"] == shown[0]["url"].replace(
        "bytebot", "bytebot-live"
    )
    assert (await byte.patch(answer.body["id"], priority="LOW")).body["files"] == shown


async def test_bb_09_a_form_without_files(byte: Byte) -> None:
    answer = await byte.send("POST", "/tasks", data=raw('name="description"\r\n\r\né?'), headers=BOUNDARY)
    assert (answer.status, answer.body["description"], answer.body["files"]) == (201, "é?", [])


async def test_bb_11_files_in_base64(byte: Byte) -> None:
    sent = [
        {"name": "a.bin", "base64": coded(EVERY_BYTE), "type": "application/pdf", "size": 4352},
        {"name": "b.png", "base64": f"data:image/png;base64,{coded(b'png')}"},
        {"name": "c.txt", "base64": "", "size": 0},
    ]
    answer = await byte.create(files=sent)
    assert answer.status == 201
    assert [(file["name"], file["size"], file["type"]) for file in answer.body["files"]] == [
        ("a.bin", 4352, "application/pdf"),
        ("b.png", 3, "image/png"),
        ("c.txt", 0, "text/plain"),
    ]
    assert (await bytes_of(byte, answer.body["files"][0]["url"]))[0] == EVERY_BYTE


@pytest.mark.parametrize(
    "sent",
    [
        {},
        "x",
        [1],
        [{}],
        [{"name": "a"}],
        [{"name": 1, "base64": ""}],
        [{"name": "a", "base64": "*"}],
        [{"name": "a", "base64": "é"}],
        [{"name": "a", "base64": "AAA"}],
        [{"name": "a", "base64": "", "size": "1"}],
        [{"name": "a", "base64": "", "type": 1}],
        [{"name": "a", "base64": "", "path": "/"}],
        [{"name": "good", "base64": ""}, {"name": "bad", "base64": "*"}],
        [{"name": "a", "base64": ""}] * 101,
    ],
)
async def test_bb_11_what_is_no_file_makes_no_task(byte: Byte, sent: Any) -> None:
    assert told(await byte.create(files=sent))[:2] == (400, "Bad Request")
    assert await byte.listed() == []


@pytest.mark.parametrize(
    "body",
    [
        raw(),
        raw('name="priority"\r\n\r\nHIGH'),
        raw('name="description"\r\n\r\na', 'name="description"\r\n\r\nb'),
        raw('name="description"\r\n\r\na', 'name="priority"\r\n\r\nURGENTLY'),
        raw('name="description"\r\n\r\na', 'name="other"; filename="x"\r\n\r\nb'),
        raw('name="description"\r\n\r\na', 'name="unknown"\r\n\r\nb'),
        raw(
            'name="description"\r\n\r\na', 'name="files"; filename="x"\r\nContent-Transfer-Encoding: base64\r\n\r\nAA=='
        ),
        raw('name="description"\r\n\r\na', 'name="files"; filename="x"\r\n\r\nhalf', end=""),
        raw('name="files"; filename="x"\r\n\r\nwhole'),
        raw('name="description"\r\n\r\na', *['name="files"; filename="x"\r\n\r\n'] * 101),
        b"no form",
        b"",
    ],
)
async def test_bb_09_a_form_that_is_wrong_makes_nothing(byte: Byte, services: Services, body: bytes) -> None:
    answer = await byte.send("POST", "/tasks", data=body, headers=BOUNDARY)
    assert told(answer)[:2] == (400, "Bad Request")
    assert await byte.listed() == []
    assert services.files is not None
    assert list(services.files.incoming.iterdir()) == []


async def test_bb_13_a_large_request_is_taken_and_a_larger_one_is_not(
    byte: Byte, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert face.MOST_BYTES == 50 * 1024 * 1024
    text = "d" * 3_000_000  # more than any other request may have
    made = await byte.send("POST", "/tasks", data=io.BytesIO(json.dumps({"description": text}).encode()))
    assert (await byte.get(made.body["id"]))["description"] == text
    monkeypatch.setattr(face, "MOST_BYTES", 10_000)
    too_much = form(("a", b"x" * 10_000, None), description="d")
    assert told(await byte.send("POST", "/tasks", data=too_much))[:2] == (413, "Payload Too Large")
    body = raw('name="description"\r\n\r\na', f'name="files"; filename="x"\r\n\r\n{"x" * 10_000}')

    async def bit_by_bit() -> Any:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    answer = await byte.send("POST", "/tasks", data=bit_by_bit(), headers=BOUNDARY)
    assert told(answer)[:2] == (413, "Payload Too Large")
    assert len(await byte.listed()) == 1


TEXTS = [f'name="{number}"\r\n\r\n' for number in range(101)]
LONG_HEADER = f'name="description"\r\nX-Long: {"x" * 6000}'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (raw(*TEXTS), "A form can have 100 texts at most"),
        (raw(f"{LONG_HEADER}\r\n\r\na", f"{LONG_HEADER}\r\n\r\na"), "A form can have 10,000 bytes at most"),
        (b"nothing\r\n" * 2000, "A form can have 10,000 bytes at most"),
    ],
)
async def test_bb_13_a_form_is_read_to_the_limit_and_no_further(
    byte: Byte, monkeypatch: pytest.MonkeyPatch, body: bytes, said: str
) -> None:
    monkeypatch.setattr(face, "MOST_BYTES", 10_000)

    async def bit_by_bit() -> Any:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    answer = await byte.send("POST", "/tasks", data=bit_by_bit(), headers=BOUNDARY)
    assert told(answer)[2] == said
    assert await byte.listed() == []


async def test_bb_09_a_form_that_was_cut_off_is_told_in_plain_words(byte: Byte) -> None:
    for body in (raw('name="description"\r\n\r\na', end=""), b"no form"):
        answer = await byte.send("POST", "/tasks", data=body, headers=BOUNDARY)
        assert told(answer) == (400, "Bad Request", "The form is broken or was cut off: send it again, whole")


async def test_bb_13_one_file_over_the_hosts_limit_is_413(byte: Byte) -> None:
    data = b"x" * (MOST_BYTES + 1)
    assert told(await byte.create(files=[{"name": "a", "base64": coded(data)}]))[:2] == (413, "Payload Too Large")
    sent = form(("good", b"x", None), ("a", data, None), description="d")
    assert told(await byte.send("POST", "/tasks", data=sent))[:2] == (413, "Payload Too Large")
    assert await byte.listed() == []


async def test_bb_10_a_file_is_found_at_its_own_task_alone(byte: Byte, stranger: Byte) -> None:
    answer = await byte.create(files=[{"name": "a", "base64": coded(b"x")}])
    path = f"/tasks/{answer.body['id']}/files/{answer.body['files'][0]['id']}"
    assert told(await stranger.send("GET", path))[0] == 404
    assert told(await byte.send("GET", f"/tasks/{await byte.made()}/files/{answer.body['files'][0]['id']}"))[0] == 404
    assert (await byte.send("DELETE", f"/tasks/{answer.body['id']}")).status == 204
    assert told(await byte.send("GET", path))[0] == 404


async def test_x_17_a_form_with_the_same_key_is_taken_once(byte: Byte) -> None:
    byte.headers = {"Idempotency-Key": "form"}
    answers = [await byte.send("POST", "/tasks", data=form(("a", b"x", None), description="d")) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    byte.headers = {}
    assert len(await byte.listed()) == 1
    assert json.dumps(answers[0].body["files"]) != "[]"
