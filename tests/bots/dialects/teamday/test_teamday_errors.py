"""TeamDay: whatever is sent, the answer is in its shape, no more than a refusal, and nothing is half done."""

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
from tasktalk.storage.errors import DatabaseError
from tests.bots.dialects.conftest import Client
from tests.bots.dialects.contract import CheckedClient
from tests.bots.dialects.teamday.conftest import Day, day_of, kinds, told


@pytest.fixture
async def limited(services: Services) -> AsyncIterator[Day]:
    """Someone who may list, make and change once in an hour."""
    once = Rate(1, timedelta(hours=1))
    app = web.Application()
    for dialect in DIALECTS:
        app.add_routes(dialect.routes(replace(services, rates=replace(UNLIMITED, list=once, create=once, update=once))))
    async with CheckedClient(TestServer(app)) as client:
        yield await day_of(client, services, "Lim")


def said(answer: Any) -> tuple[int, str]:
    """The status of an error in shape, and its words."""
    told(answer)
    return answer.status, answer.body["statusMessage"]


async def test_td_04_and_05_and_x_15_all_kinds_of_errors_are_in_shape(
    day: Day, limited: Day, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(await Day(client, None).page()) == (401, "Unauthorized")
    assert said(await day.send("POST", "/tasks", data=b"{")) == (400, "Bad Request")
    assert said(await day.send("GET", "/tasks/task_none")) == (404, "Not Found")
    assert said(await day.page(status="done")) == (400, "Bad Request")
    assert said(await day.send("PUT", "/tasks")) == (405, "Method Not Allowed")
    large = json.dumps({"title": "x", "description": "x" * 1_048_576}).encode()
    assert said(await day.send("POST", "/tasks", data=io.BytesIO(large))) == (413, "Content Too Large")
    made = await limited.made()
    await limited.listed()
    await limited.patched(made["id"], title="y")
    for answer in (await limited.page(), await limited.create(), await limited.patch(made["id"], title="z")):
        assert said(answer) == (429, "Too Many Requests")
        assert int(answer.headers["Retry-After"]) > 0

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the password is open sesame")

    monkeypatch.setattr(Tasks, "create", broken)
    answer = await day.create()
    assert said(answer) == (500, "Internal Server Error")
    assert "sesame" not in answer.body["message"]


async def test_td_69_a_database_that_is_away_is_500(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise DatabaseError("no such host as db.internal")

    monkeypatch.setattr(Tasks, "create", away)
    monkeypatch.setattr(Tasks, "page", away)
    for answer in (await day.create(), await day.page()):
        assert said(answer) == (500, "Internal Server Error")
        assert "internal" not in answer.body["message"]
        assert int(answer.headers["Retry-After"]) > 0


async def test_td_72_and_x_16_what_is_not_there_is_json_too(day: Day, client: Client) -> None:
    for path in ["/api/v1/tasks/x/y", "/api/v1/task", "/api/v1", "", "/", "/tasks", "/api/v2/tasks", "/api/v1/tasks/"]:
        day.base = "/teamday"
        assert said(await day.send("GET", path)) == (404, "Not Found")


async def test_x_16_head_and_options(day: Day) -> None:
    made = await day.made()
    head = await day.send("HEAD", f"/tasks/{made['id']}", headers={"Accept-Encoding": "identity"})
    assert (head.status, head.body) == (200, {})
    for path, allowed in [
        ("/tasks", "GET, POST, HEAD, OPTIONS"),
        (f"/tasks/{made['id']}", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        (f"/tasks/{made['id']}/claim", "POST, OPTIONS"),
    ]:
        answer = await day.send("OPTIONS", path)
        assert (answer.status, answer.headers["Allow"]) == (204, allowed)


WRONG: list[object] = [5, 1.5, True, [], ["x"], {}, {"a": 1}, "\x00", "\ud800", "x" * 70_000, "", " ", -1, 10**300]
TAKEN: Mapping[str, list[object]] = {
    "description": ["x" * 70_000, "", " "],
    "metadata": [{}, {"a": 1}],
}
"""What is good for a field."""


@pytest.mark.parametrize(
    "field",
    ["title", "description", "status", "priority", "assignedTo", "assigneeType", "spaceId", "dueDate", "metadata"],
)
async def test_no_value_of_a_field_is_more_than_refused(day: Day, services: Services, field: str) -> None:
    made = await day.made(title="Report", metadata={"k": 1})
    for value in WRONG:
        before, events_before = await day.get(made["id"]), await kinds(services)
        is_good = any(type(value) is type(good) and value == good for good in TAKEN.get(field, []))
        body = {"title": "new", field: value}
        for answer in (await day.send("POST", "/tasks", body), await day.send("PATCH", f"/tasks/{made['id']}", body)):
            if is_good:
                assert answer.status in {200, 201}
            else:
                assert said(answer) == (400, "Bad Request"), value
        if not is_good:
            assert (await day.get(made["id"]), await kinds(services)) == (before, events_before)


BODIES: list[bytes] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b'{"title": }',
    b'{"title": "a"',
    b'{"title": "\xff"}',
    b'{"title": "a", "id": "x',
    b'{"title": "a", "metadata": {"a": NaN}}',
    b'{"title": "a", "metadata": {"a": 1e999}}',
    b'{"title": "a", "metadata": {"a": ' + b"[" * 200 + b"]" * 200 + b"}}",
    b'{"metadata": ' + b'{"a":' * 50_000,
    b'\xef\xbb\xbf{"title": "a"}',
    b'{"titel": "a"}',
]


async def test_no_body_is_more_than_refused(day: Day, services: Services) -> None:
    made = await day.made()
    for body in BODIES:
        for method, path in [("POST", "/tasks"), ("PATCH", f"/tasks/{made['id']}"), ("POST", "/webhooks")]:
            answer = await day.send(method, path, data=body, headers={"Content-Type": "application/json"})
            assert said(answer) == (400, "Bad Request"), (method, path, body[:50])
        if body:
            assert said(await day.send("POST", f"/tasks/{made['id']}/claim", data=body))[0] == 400
    assert await day.listed() == [made]
    assert await kinds(services) == ["task_created"]


@pytest.mark.parametrize(
    "value", ["%00", "%FF", "%ED%A0%80", "%20", "x" * 4000, "%2C", "'", "[]", "../..", "agent_%00"]
)
@pytest.mark.parametrize("name", ["status", "priority", "assignedTo", "spaceId", "limit", "include"])
async def test_no_parameter_is_more_than_refused(day: Day, name: str, value: str) -> None:
    await day.made(assignedTo="agent_x", spaceId="s")
    async with day.client.get(
        f"{day.base}/tasks?{name}={value}", headers={"Authorization": f"Bearer {day.token}"}
    ) as response:
        assert response.status in {200, 400}
        found = await response.json()
    assert found == [] if response.status == 200 and name != "include" else len(found) in {1, 4}


async def test_another_interfaces_words_are_unknown(day: Day, services: Services) -> None:
    for word in ("PENDING", "NEEDS_HELP", "active", "running", "failed", "waiting"):
        assert said(await day.create(status=word))[0] == 400
    for field in ("assignee", "due_date", "tags", "context", "name", "botId", "meta", "intent"):
        assert told(await day.create(**{field: "x"}))[1].startswith(f"There is no field {field}; the fields are: title")
    assert await kinds(services) == []
