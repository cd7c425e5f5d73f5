"""Copilotz: whatever is sent, the answer is in its shape, no 500, and nothing is half done (X-15, X-16)."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api import repeats
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.runtime.budgets import UNLIMITED, Rate
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage import events
from tasktalk.storage.errors import DatabaseError
from tests.bots.dialects.conftest import Client
from tests.bots.dialects.contract import CheckedClient
from tests.bots.dialects.copilotz.conftest import Pilot, good, pilot_of, refused


@pytest.fixture
async def limited(services: Services) -> AsyncIterator[Pilot]:
    """Someone who may list once in an hour."""
    app = web.Application()
    for dialect in DIALECTS:
        app.add_routes(dialect.routes(replace(services, rates=replace(UNLIMITED, list=Rate(1, timedelta(hours=1))))))
    async with CheckedClient(TestServer(app)) as client:
        yield await pilot_of(client, services, "Lim")


async def count(services: Services) -> int:
    """How many events there are."""
    async with services.database.read() as reader:
        return sum([len(await events.after(reader, subject, 0)) for subject in ("task", "pipeline", "pipeline_stage")])


async def test_x_15_all_kinds_of_errors_are_in_shape(
    pilot: Pilot, limited: Pilot, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(await Pilot(client, None).create()) == (401, "unauthorized")
    assert refused(await Pilot(client, "tt_none").create()) == (401, "unauthorized")
    assert refused(await pilot.send("POST", "/tasks", data=b"{")) == (400, "invalid_request")
    assert refused(await pilot.send("GET", "/tasks/99")) == (404, "task_not_found")
    assert refused(await pilot.create(status="done")) == (400, "invalid_status")
    assert refused(await pilot.send("PATCH", "/tasks")) == (405, "method_not_allowed")
    large = json.dumps({"description": "x" * 1_048_576}).encode()
    assert refused(await pilot.send("POST", "/tasks", data=io.BytesIO(large))) == (413, "request_too_large")
    assert (await limited.send("GET", "/tasks")).status == 200
    assert refused(await limited.send("GET", "/tasks")) == (429, "rate_limit_exceeded")

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    async def away(*_: Any, **__: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(Tasks, "create", broken)
    assert refused(await pilot.create()) == (500, "internal")
    monkeypatch.setattr(Tasks, "create", away)
    assert refused(await pilot.create()) == (503, "unavailable")


async def test_x_16_what_is_not_there_is_not_found(pilot: Pilot) -> None:
    for path in ("", "/", "/task", "/tasks/1/x", "/workflows/1/steps", "/api/v1/tasks"):
        for base in ("/rest", "/copilotz/rest"):
            pilot.base = base
            assert refused(await pilot.send("GET", path)) == (404, "not_found")
    pilot.base = "/copilotz"
    assert refused(await pilot.send("GET", "/tasks")) == (404, "not_found")


async def test_x_16_head_and_options(pilot: Pilot) -> None:
    number = (await pilot.made())["_id"]
    for path, allowed in (
        ("/tasks", "GET, POST, HEAD, OPTIONS"),
        (f"/tasks/{number}", "GET, PUT, DELETE, HEAD, OPTIONS"),
    ):
        answer = await pilot.send("OPTIONS", path)
        assert (answer.status, answer.headers["Allow"]) == (204, allowed)
        answer = await pilot.send("HEAD", path)
        assert (answer.status, answer.body) == (200, {})


WRONG: list[object] = [5, 1.5, True, None, [], ["x"], {}, {"a": 1}, "\x00", "\ud800", "x" * 300, "", " ", -1, 10**300]
TEXTS: list[object] = ["x" * 300, "", " "]
TAKEN: Mapping[str, list[object]] = {
    "name": ["x" * 300],
    "description": [*TEXTS, None],
    "context": [{}, {"a": 1}],
    "extId": ["", " ", None],
    "workflow": [None],
    "currentStep": [None],
}
"""What is good for a field."""


@pytest.mark.parametrize("field", ["name", "description", "context", "extId", "workflow", "currentStep", "status"])
async def test_no_value_of_a_field_is_more_than_refused(pilot: Pilot, services: Services, field: str) -> None:
    made = await pilot.made(context={"k": 1})
    for value in WRONG:
        before, events_before = await pilot.get(made["_id"]), await count(services)
        is_good = any(type(value) is type(fine) and value == fine for fine in TAKEN.get(field, []))
        for answer in (
            await pilot.create(**{field: value}),
            await pilot.put(made["_id"], **{"extId": "n", field: value}),
        ):
            if is_good:
                assert answer.status in {200, 201}, answer
            else:
                assert refused(answer)[0] == 400, answer
        if not is_good:
            assert await pilot.get(made["_id"]) == before
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
    b'{"context": {"a": NaN}}',
    b'{"context": {"a": 1e999}}',
    b'{"context": {"a": ' + b"[" * 200 + b"]" * 200 + b"}}",
    b'{"context": ' + b'{"a":' * 50_000,
    b'{"nam": "a"}',
    b'{"_id2": 1}',
    b'{"' + b"x" * 5000 + b'": 1}',
]


async def test_no_body_is_more_than_refused(pilot: Pilot, services: Services) -> None:
    number, [first] = await pilot.workflow("a")
    task = await pilot.made(workflow=number)
    before = await count(services)
    for body in BODIES:
        for method, path in (
            *(("POST", path) for path in ("/tasks", "/workflows", "/steps")),
            *(("PUT", path) for path in (f"/tasks/{task['_id']}", f"/workflows/{number}", f"/steps/{first}")),
        ):
            answer = await pilot.send(method, path, data=body, headers={"Content-Type": "application/json"})
            assert refused(answer)[0] == 400, (method, path, body[:50], answer)
    assert await pilot.get(task["_id"]) == task
    assert await count(services) == before


async def test_x_17_the_same_again_is_answered_with_the_same_number(pilot: Pilot) -> None:
    headers = {"Idempotency-Key": "k1"}
    body = {"name": "Call Ana", "status": "active"}
    first = good(await pilot.send("POST", "/tasks", body, headers=headers), 201)
    assert isinstance(first["_id"], int)
    assert await pilot.get(first["_id"]) == first
    again = await pilot.send("POST", "/tasks", body, headers=headers)
    assert (good(again, 201), again.headers["Idempotency-Replayed"]) == (first, "true")
    assert await pilot.page() == [first]
    other = await pilot.send("POST", "/tasks", {**body, "name": "Call Bo"}, headers=headers)
    assert refused(other) == (422, "idempotency_key_reused")
    for path in ("/workflows", "/steps"):
        answers = [await pilot.send("POST", path, {"name": "n"}, headers={"Idempotency-Key": path}) for _ in range(2)]
        assert good(answers[0], 201) == good(answers[1], 201)
        assert good(await pilot.send("GET", path))["total"] == 1


async def test_x_17_the_same_again_is_answered_as_before_where_the_task_was_deleted(pilot: Pilot) -> None:
    body, headers = {"name": "Call Ana", "status": "active"}, {"Idempotency-Key": "k1"}
    first = good(await pilot.send("POST", "/tasks", body, headers=headers), 201)
    assert good(await pilot.send("DELETE", f"/tasks/{first['_id']}"))["deleted"]
    again = await pilot.send("POST", "/tasks", body, headers=headers)
    assert (good(again, 201), again.headers["Idempotency-Replayed"]) == (first, "true")
    assert await pilot.page() == []


async def test_x_17_of_a_task_that_nobody_was_told_of_and_that_was_deleted_there_is_no_number(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> None:
        """Instead of keeping the number."""

    monkeypatch.setattr(repeats, "keep_as_told", killed)
    body, headers = {"name": "Call Ana", "status": "active"}, {"Idempotency-Key": "k1"}
    first = good(await pilot.send("POST", "/tasks", body, headers=headers), 201)
    assert good(await pilot.send("POST", "/tasks", body, headers=headers), 201) == first
    assert good(await pilot.send("DELETE", f"/tasks/{first['_id']}"))["deleted"]
    assert refused(await pilot.send("POST", "/tasks", body, headers=headers)) == (404, "task_not_found")
