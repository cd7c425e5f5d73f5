"""Bytebot: whatever is sent, the answer is in its shape, no 500, and nothing is half done."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects import bytebot
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.bots.dialects.settings import Bytebot, DialectSettings
from tasktalk.runtime.budgets import UNLIMITED, Rate
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage import events
from tasktalk.storage.errors import DatabaseError
from tests.bots.dialects.bytebot.conftest import Byte, told
from tests.bots.dialects.contract import CheckedClient

WRONG: list[object] = [None, True, 1, -1.5, "", "x", [], ["x"], {}, {"a": 1}, "\0", 10**400]
FIELDS = ["description", "priority", "type", "scheduledFor", "createdBy", "model", "files"]
TAKEN: Mapping[str, list[object]] = {
    "description": ["x"],
    **{field: [None] for field in ("priority", "type", "scheduledFor", "createdBy")},
    "model": [None, "", "x", {}, {"a": 1}],
    "files": [None, []],
}
"""What is good for a field; null is as if it was not there."""


@pytest.fixture
async def limited(services: Services) -> AsyncIterator[Byte]:
    """Where one may list, make and change once in an hour."""
    once = Rate(1, timedelta(hours=1))
    app = web.Application()
    for dialect in DIALECTS:
        app.add_routes(dialect.routes(replace(services, rates=replace(UNLIMITED, list=once, create=once, update=once))))
    async with CheckedClient(TestServer(app)) as client:
        yield Byte(client)


async def test_bb_31_and_33_and_x_15_all_kinds_of_errors_are_in_shape(
    byte: Byte, limited: Byte, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = replace(byte, token="unknown")
    large = json.dumps({"description": "x" * 53_000_000}).encode()
    for asked in (byte, byte.live):
        assert told(await replace(asked, token=nobody.token).send("GET", "/tasks"))[:2] == (401, "Unauthorized")
        assert told(await asked.send("POST", "/tasks", data=b"{"))[:2] == (400, "Bad Request")
        assert told(await asked.send("GET", "/tasks/none"))[:2] == (404, "Not Found")
        assert told(await asked.send("GET", "/tasks?status=DONE"))[:2] == (400, "Bad Request")
        assert told(await asked.send("PUT", "/tasks"))[:2] == (405, "Method Not Allowed")
        assert told(await asked.send("POST", "/tasks", data=io.BytesIO(large)))[:2] == (413, "Payload Too Large")
    assert (await limited.send("GET", "/tasks")).status == 200
    assert told(await limited.live.send("GET", "/tasks"))[:2] == (429, "Too Many Requests")
    task_id = await limited.made()
    assert told(await limited.create())[:2] == (429, "Too Many Requests")
    assert (await limited.patch(task_id, priority="LOW")).status == 200
    assert told(await limited.live.send("POST", f"/tasks/{task_id}/cancel"))[:2] == (429, "Too Many Requests")

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    async def away(*_: Any, **__: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(Tasks, "create", broken)
    assert told(await byte.create())[:2] == (500, "Internal Server Error")
    assert "broken" not in str((await byte.create()).body)
    monkeypatch.setattr(Tasks, "create", away)
    assert told(await byte.live.create())[:2] == (503, "Service Unavailable")


async def test_x_16_what_is_not_there_is_not_found(byte: Byte) -> None:
    for base in ("/bytebot", "/bytebot-live", ""):
        asked = replace(byte, base=base)
        for path in ("/tasks/", "/tasks/x/y", "/tasks/x/messages/y", "/tasks/in-progress/x"):
            assert told(await asked.send("GET", path))[:2] == (404, "Not Found")
    assert told(await byte.send("POST", "/tasks/x/takeover"))[:2] == (404, "Not Found")
    assert told(await byte.send("GET", "/other"))[:2] == (404, "Not Found")
    assert told(await byte.live.send("PATCH", "/tasks/x", {}))[:2] == (405, "Method Not Allowed")


async def test_x_16_head_and_options(byte: Byte) -> None:
    task_id = await byte.made()
    for path in ("/tasks", f"/tasks/{task_id}", "/tasks/in-progress"):
        answer = await byte.send("HEAD", path)
        assert (answer.status, answer.body) == (200, b"")
    answer = await byte.send("OPTIONS", f"/tasks/{task_id}")
    assert (answer.status, answer.headers["Allow"]) == (204, "GET, DELETE, PATCH, HEAD, OPTIONS")


async def test_wrong_types_in_every_field_make_nothing_half(byte: Byte) -> None:
    made = 0
    for field in FIELDS:
        for value in WRONG:
            answer = await byte.send("POST", "/tasks", data=json.dumps({"description": "d", field: value}))
            is_taken = any(type(value) is type(good) and value == good for good in TAKEN.get(field, []))
            assert answer.status == (201 if is_taken else 400), (field, value, answer)
            made += is_taken
    assert len(await byte.listed()) == made
    task_id = await byte.made()
    before = await byte.get(task_id)
    for field in ("status", "priority", "description"):
        for value in WRONG:
            if (field, value) != ("description", "x"):
                answer = await byte.send("PATCH", f"/tasks/{task_id}", data=json.dumps({field: value}))
                assert told(answer)[0] == 400, (field, value)
    for body in WRONG:
        answer = await byte.live.send("POST", f"/tasks/{task_id}/messages", data=json.dumps({"message": body}))
        assert answer.status == (201 if body == "x" else 400), body
        answer = await byte.live.send("POST", f"/tasks/{task_id}/messages", data=json.dumps({"content": body}))
        assert told(answer)[0] == 400, body
    assert (await byte.get(task_id))["status"] == before["status"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"\xff", b'{"description": "x"', b"{}x", b"[" * 200])
async def test_bodies_that_are_none_are_refused(byte: Byte, body: bytes) -> None:
    task_id = await byte.made()
    for method, path in (("POST", "/tasks"), ("PATCH", f"/tasks/{task_id}")):
        assert told(await byte.send(method, path, data=body))[:2] == (400, "Bad Request")
    assert told(await byte.live.send("POST", f"/tasks/{task_id}/messages", data=body))[:2] == (400, "Bad Request")
    assert len(await byte.listed()) == 1


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "page=0", "page=-1", "limit=", "statuses=DONE", "page=1.5"])
async def test_bb_31_what_is_no_page_is_refused(byte: Byte, query: str) -> None:
    for asked in (byte, byte.live):
        assert told(await asked.send("GET", f"/tasks?{query}"))[:2] == (400, "Bad Request")


async def test_x_17_the_same_request_with_the_same_key_is_done_once(byte: Byte) -> None:
    byte.headers = {"Idempotency-Key": "one"}
    first, again = await byte.create(), await byte.create()
    assert (first.status, first.body) == (again.status, again.body) == (201, first.body)
    assert told(await byte.create("other"))[0] == 422
    byte.headers = {"Idempotency-Key": "two"}
    for _ in range(2):
        answer = await byte.live.send("POST", f"/tasks/{first.body['id']}/messages", {"message": "once"})
        assert answer.status == 201
    byte.headers = {}
    assert (len(await byte.listed()), len((await byte.get(first.body["id"]))["messages"])) == (1, 2)


async def test_x_18_a_change_is_for_the_version_that_was_read(byte: Byte) -> None:
    made = await byte.create()
    path, tag = f"/tasks/{made.body['id']}", made.headers["ETag"]
    read = await byte.send("GET", path)
    assert (await byte.send("GET", path, headers={"If-None-Match": read.headers["ETag"]})).status == 304
    changed = await byte.send("PATCH", path, {"priority": "LOW"}, headers={"If-Match": tag})
    assert changed.status == 200
    for method, verb, body in (("PATCH", "", {"priority": "HIGH"}), ("DELETE", "", None), ("POST", "/takeover", None)):
        asked = byte.live if verb else byte
        answer = await asked.send(method, path + verb, body, headers={"If-Match": tag})
        assert told(answer)[:2] == (412, "Precondition Failed")
    taken = await byte.live.send("POST", f"{path}/takeover", headers={"If-Match": changed.headers["ETag"]})
    assert taken.status == 200
    assert (await byte.send("DELETE", path, headers={"If-Match": taken.headers["ETag"]})).status == 204


async def test_x_20_each_change_is_one_event(byte: Byte, services: Services) -> None:
    task_id = await byte.made()
    await byte.patch(task_id, status="IN_PROGRESS", priority="HIGH", description="other")
    await byte.live.send("POST", f"/tasks/{task_id}/messages", {"message": "more"})
    await byte.live.send("POST", f"/tasks/{task_id}/cancel")
    await byte.send("DELETE", f"/tasks/{task_id}")
    async with services.database.read() as reader:
        found = await events.after(reader, "task", 0)
    assert [(row["kind"], row["actor"], row["source"]) for row in found] == [
        (kind, "bytebot", "bytebot")
        for kind in ("task_created", "task_updated", "message_added", "task_updated", "task_deleted")
    ]


async def test_bb_15_the_host_may_have_the_shipped_shapes_at_the_root(services: Services) -> None:
    decided = DialectSettings(bytebot=Bytebot(root="live"))
    app = web.Application()
    app.add_routes(bytebot.routes(replace(services, dialects=decided)))
    async with TestClient[web.Request, web.Application](TestServer(app)) as client:
        async with client.get("/tasks") as answer:
            assert await answer.json() == {"tasks": [], "total": 0, "totalPages": 0}
        async with client.get("/bytebot/tasks") as answer:
            assert await answer.json() == []
