"""ChatBotKit: whatever is sent, the answer is in its shape, no 500, and nothing is half done (X-15, X-16)."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.runtime.budgets import UNLIMITED, Rate
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage import events
from tasktalk.storage.errors import DatabaseError
from tests.bots.dialects.chatbotkit.conftest import Kit, kit_of
from tests.bots.dialects.conftest import Answer, Client
from tests.bots.dialects.contract import CheckedClient


@pytest.fixture
async def limited(services: Services) -> AsyncIterator[Kit]:
    """Someone who may list once in an hour."""
    app = web.Application()
    for dialect in DIALECTS:
        app.add_routes(dialect.routes(replace(services, rates=replace(UNLIMITED, list=Rate(1, timedelta(hours=1))))))
    async with CheckedClient(TestServer(app)) as client:
        yield await kit_of(client, services, "Lim")


def told(answer: Answer) -> tuple[int, object]:
    assert set(answer.body) == {"message", "code"}, answer
    assert isinstance(answer.body["message"], str)
    return answer.status, answer.body["code"]


async def test_x_15_all_kinds_of_errors_are_in_shape(
    kit: Kit, limited: Kit, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Kit(client, None)
    assert told(await nobody.page()) == (401, "NOT_AUTHENTICATED")
    assert told(await kit.send("POST", "/task/create", data=b"{")) == (400, "BAD_REQUEST")
    assert told(await kit.send("GET", "/task/task_none/fetch")) == (404, "NOT_FOUND")
    assert told(await kit.page(status="done")) == (400, "BAD_REQUEST")
    assert told(await kit.send("DELETE", "/task/create")) == (405, "METHOD_NOT_ALLOWED")
    large = json.dumps({"description": "x" * 1_048_576}).encode()
    assert told(await kit.send("POST", "/task/create", data=io.BytesIO(large))) == (413, "CONTENT_TOO_LARGE")
    assert (await limited.page()).status == 200
    assert told(await limited.page()) == (429, "TOO_MANY_REQUESTS")

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    async def away(*_: Any, **__: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(Tasks, "create", broken)
    assert told(await kit.create()) == (500, "INTERNAL_SERVER_ERROR")
    monkeypatch.setattr(Tasks, "create", away)
    assert told(await kit.create()) == (503, "SERVICE_UNAVAILABLE")


async def test_x_16_what_is_not_there_is_not_found(kit: Kit) -> None:
    for path in ["/task/x/y", "/task", "/task/", "/task/x/fetch/y", "/task/create/x"]:
        for base in ["/api/v1", "/chatbotkit/api/v1"]:
            kit.base = base
            assert told(await kit.send("GET", path)) == (404, "NOT_FOUND")


async def test_x_16_head_and_options(kit: Kit) -> None:
    task_id = await kit.made()
    text, answer = await kit.text("HEAD", f"/task/{task_id}/fetch")
    assert (text, answer.status) == ("", 200)
    _, answer = await kit.text("OPTIONS", f"/task/{task_id}/update")
    assert (answer.status, answer.headers["Allow"]) == (204, "POST, OPTIONS")
    for accept in ("application/json", "application/jsonl", "text/csv"):
        text, answer = await kit.text("HEAD", "/task/export", headers={"Accept": accept})
        assert (text, answer.status) == ("", 200)


async def count(services: Services) -> int:
    """How many events of tasks there are."""
    async with services.database.read() as reader:
        return len(await events.after(reader, "task", 0))


WRONG: list[object] = [5, 1.5, True, [], ["x"], {}, {"a": 1}, "\x00", "\ud800", "x" * 70_000, "", " ", -1, 10**300]
TAKEN: Mapping[str, list[object]] = {
    "name": ["x" * 70_000, "", " "],
    "description": ["x" * 70_000, "", " "],
    "meta": [{}, {"a": 1}],
    "sessionDuration": [5],
}
"""What is good for a field."""


@pytest.mark.parametrize(
    "field", ["name", "description", "meta", "botId", "contactId", "schedule", "timezone", "sessionDuration"]
)
async def test_no_value_of_a_field_is_more_than_refused(kit: Kit, services: Services, field: str) -> None:
    task_id = await kit.made(name="Report", schedule="daily")
    for value in WRONG:
        before, events_before = await kit.fetch(task_id), await count(services)
        is_good = any(type(value) is type(good) and value == good for good in TAKEN.get(field, []))
        for answer in (
            await kit.create(**{field: value}),
            await kit.update(task_id, **{"description": "changed", field: value}),
            await kit.send("POST", "/task/import", [{"name": "a"}, {field: value}]),
        ):
            if is_good:
                assert answer.status == 200
            else:
                assert answer.status in {400, 404}, answer
                assert set(answer.body) == {"message", "code"}
        if not is_good:
            assert await kit.fetch(task_id) == before
            assert await count(services) == events_before


BODIES: list[bytes] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b'{"name": }',
    b'{"name": "a"',
    b'{"name": "\xff"}',
    b'{"meta": {"a": NaN}}',
    b'{"meta": {"a": 1e999}}',
    b'{"meta": {"a": ' + b"[" * 200 + b"]" * 200 + b"}}",
    b'{"meta": ' + b'{"a":' * 50_000,
    b'{"nam": "a"}',
    b'{"id": "task_1"}',
    b'{"createdAt": 1}',
    b"\x1f",  # a blank to Python, but not to JSON
]


async def test_no_body_is_more_than_refused(kit: Kit, services: Services) -> None:
    task_id = await kit.made(name="Report", schedule="daily")
    before = await kit.fetch(task_id)
    actions = ("create", "{}/update", "{}/delete", "{}/trigger", "{}/cancel", "{}/execution/run_1/cancel", "import")
    for body in BODIES:
        for action in (*actions, "{}/subscribe"):
            if not body and action.endswith(("delete", "trigger", "cancel", "subscribe")):
                continue  # nothing at all is as good as {}
            if body == b"[]" and action == "import":
                continue  # a list of no tasks
            headers = {"Content-Type": "application/json"}
            answer = await kit.send("POST", "/task/" + action.format(task_id), data=body, headers=headers)
            assert told(answer) == (400, "BAD_REQUEST"), (action, body[:50], answer)
    assert await kit.fetch(task_id) == before
    assert await count(services) == 1


async def test_fields_that_nobody_can_set_are_told_of(kit: Kit) -> None:
    for field in ["id", "createdAt", "status", "nextRunAt", "maxTime", "x" * 300]:
        answer = await kit.create(**{field: 1})
        assert told(answer) == (400, "BAD_REQUEST")
        assert field[:100] in answer.body["message"]
