"""General Bots: a POST with an Idempotency-Key has its effect once (X-17)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import FormData

from tasktalk.bots.api import units
from tasktalk.bots.api.services import Services
from tasktalk.runtime.budgets import UNLIMITED, Rate, Rates
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import events
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.tables import kept_answer
from tasktalk.storage.writes import Conflict, WriteSet
from tests.bots.dialects.conftest import Answer, Api, Client

DAY = timedelta(days=1)


async def post(api: Api, body: Any, key: str = "k1", path: str = "/tasks") -> Answer:
    return await api.send("POST", path, body, headers={"Idempotency-Key": key})


async def total(api: Api) -> object:
    return (await api.page()).body["total"]


async def kept(services: Services) -> int:
    async with services.database.read() as reader:
        return len(await reader.rows(kept_answer.select()))


async def test_x_17_the_same_again_gets_the_first_answer_again(
    api: Api, services: Services, clock: VirtualClock
) -> None:
    first = await post(api, {"title": "Call Ana"})
    assert first.status == 201
    assert "Idempotency-Replayed" not in first.headers
    clock.advance(timedelta(hours=3))
    for _ in range(2):
        again = await post(api, {"title": "Call Ana"})
        assert (again.status, again.body) == (first.status, first.body)
        for name in ("Content-Type", "ETag"):
            assert again.headers[name] == first.headers[name]
        assert again.headers["Idempotency-Replayed"] == "true"
    assert await total(api) == 1
    async with services.database.read() as reader:
        assert len(await events.after(reader, "task", 0)) == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"title": "Call Bo"}, "/tasks"),
        ({"title": "Call Ana", "priority": "low"}, "/tasks"),
        ({}, "/tasks"),
        ({"title": "Call Ana"}, "/tasks?x=1"),
        ({"title": "Call Ana"}, "/tasks/tsk_none/complete"),
    ],
)
async def test_x_17_another_request_under_the_key_is_refused(api: Api, body: object, path: str) -> None:
    await post(api, {"title": "Call Ana"})
    answer = await post(api, body, path=path)
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert set(answer.body) == {"error", "message"}
    assert await total(api) == 1


async def test_x_17_a_key_is_its_users(api: Api, colleague: Api, stranger: Api, services: Services) -> None:
    answers = [await post(each, {"title": "Call Ana"}) for each in (api, colleague, stranger)]
    assert [answer.status for answer in answers] == [201] * 3
    assert len({answer.body["task_id"] for answer in answers}) == 3
    user = await services.accounts.user("user123")
    assert user is not None
    second = Api(api.client, (await services.accounts.create_token(user, "second"))[0])
    assert (await post(second, {"title": "Call Ana"})).body == answers[0].body


async def test_x_17_for_a_day(api: Api, clock: VirtualClock) -> None:
    first = await post(api, {"title": "Call Ana"})
    clock.advance(DAY - timedelta(seconds=1))
    assert (await post(api, {"title": "Call Ana"})).body == first.body
    clock.advance(timedelta(seconds=1))
    second = await post(api, {"title": "Call Bo"})
    assert second.status == 201
    assert (await post(api, {"title": "Call Bo"})).body == second.body
    assert await total(api) == 2


async def test_x_17_many_at_once_make_one_task(api: Api, services: Services) -> None:
    answers = await asyncio.gather(*(post(api, {"title": "Call Ana"}) for _ in range(12)))
    assert {(answer.status, answer.body["task_id"]) for answer in answers} == {(201, answers[0].body["task_id"])}
    assert await total(api) == 1
    async with services.database.read() as reader:
        assert len(await events.after(reader, "task", 0)) == 1


async def test_x_17_many_at_once_with_different_bodies_make_one_task(api: Api) -> None:
    answers = await asyncio.gather(*(post(api, {"title": f"Call {number}"}) for number in range(8)))
    assert sorted(answer.status for answer in answers) == [201] + [422] * 7
    assert await total(api) == 1


async def test_x_17_a_completion_is_repeated_as_it_was(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    first = await post(api, {"resolution": "done"}, path=f"/tasks/{task_id}/complete")
    await api.patch(task_id, status="pending")
    clock.advance(timedelta(minutes=1))
    assert (await post(api, {"resolution": "done"}, path=f"/tasks/{task_id}/complete")).body == first.body
    assert (await api.get(task_id))["status"] == "pending"


async def test_x_17_a_refusal_is_kept_too(api: Api, clock: VirtualClock) -> None:
    first = await post(api, {"title": "t", "due_date": "2024-01-15T09:00:00Z"})
    assert (first.status, first.code) == (400, "invalid_due_date")
    missing = await post(api, {}, "k2", "/tasks/tsk_xyz789/complete")
    assert (missing.status, missing.code) == (404, "task_not_found")
    for key, answer, body, path in (
        ("k1", first, {"title": "t", "due_date": "2024-01-15T09:00:00Z"}, "/tasks"),
        ("k2", missing, {}, "/tasks/tsk_xyz789/complete"),
    ):
        again = await post(api, body, key, path)
        assert (again.status, again.body, again.headers["Idempotency-Replayed"]) == (answer.status, answer.body, "true")


async def test_x_17_it_is_one_write_set_with_the_effect(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables: list[list[str]] = []
    commit = services.database.commit

    async def noting(writes: WriteSet) -> None:
        tables.append([write.table for write in writes.writes])
        await commit(writes)

    await api.page()
    monkeypatch.setattr(services.database, "commit", noting)
    await post(api, {"title": "Call Ana", "tags": ["a"]})
    assert tables == [
        ["task", "task_count", "task_count", "task_number", "task_tag", "event", "pending_event", "kept_answer"]
    ]


async def test_x_17_what_cannot_be_written_is_not_kept(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.page()
    with monkeypatch.context() as broken:

        async def failing(writes: WriteSet) -> None:
            raise DatabaseError("the disk is full")

        broken.setattr(services.database, "commit", failing)
        assert (await post(api, {"title": "Call Ana"})).status == 503
    assert (await kept(services), await total(api)) == (0, 0)
    assert (await post(api, {"title": "Call Ana"})).status == 201


async def test_x_17_a_fault_of_ours_is_not_kept_and_changes_nothing(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("tasktalk.bots.dialects.general_bots.tasks.created", lambda task: task.nothing)
        assert (await post(api, {"title": "Call Ana"})).status == 500
    assert (await kept(services), await total(api)) == (0, 0)
    assert (await post(api, {"title": "Call Ana"})).status == 201


async def test_x_17_a_conflict_is_tried_again_and_then_not_kept(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = await api.made()
    commit, rivals = services.database.commit, [1, units.ATTEMPTS]
    for rival, status in zip(rivals, (200, 409), strict=True):
        left = rival

        async def contended(writes: WriteSet) -> None:
            nonlocal left
            if left:
                left -= 1
                raise Conflict("task", {}, "somebody was quicker")
            await commit(writes)

        with monkeypatch.context() as busy:
            busy.setattr(services.database, "commit", contended)
            assert (await post(api, {}, f"k{status}", f"/tasks/{task_id}/complete")).status == status
    assert await kept(services) == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "caf\u00e9", "a\tb"])
async def test_x_17_what_is_no_key(api: Api, key: str) -> None:
    answer = await post(api, {"title": "Call Ana"}, key)
    assert (answer.status, answer.code) == (400, "invalid_idempotency_key")
    assert await total(api) == 0


@pytest.mark.parametrize("key", ["x", "x" * 255, "a b/c?\"'%;--"])
async def test_x_17_what_is_a_key(api: Api, key: str) -> None:
    assert (await post(api, {"title": "Call Ana"}, key)).body == (await post(api, {"title": "Call Ana"}, key)).body
    assert await total(api) == 1


async def test_x_17_only_a_post_is_kept(api: Api, services: Services) -> None:
    task_id = await api.made()
    for method, body in (("GET", None), ("PATCH", {"progress": 5}), ("DELETE", None)):
        answer = await api.send(method, f"/tasks/{task_id}", body, headers={"Idempotency-Key": "k1"})
        assert answer.status == 200
    assert await kept(services) == 0


async def test_x_17_who_may_not_come_in_gets_no_answer_of_others(api: Api, client: Client, onlooker: Api) -> None:
    await post(api, {"title": "Call Ana"})
    assert (await post(Api(client, "tt_unknown"), {"title": "Call Ana"})).status == 401
    assert (await post(onlooker, {"title": "Call Ana"})).status == 403


async def test_x_17_of_an_upload_the_address_counts(api: Api) -> None:
    def form() -> FormData:
        data = FormData()
        data.add_field("file", b"x", filename="x.txt")
        return data

    first = await api.send("POST", "/tasks", data=form(), headers={"Idempotency-Key": "k1"})
    assert (first.status, first.code) == (400, "invalid_request")
    again = await api.send("POST", "/tasks", data=form(), headers={"Idempotency-Key": "k1"})
    assert (again.status, again.headers["Idempotency-Replayed"]) == (400, "true")


async def test_x_17_a_schedule_wakes_the_engine(api: Api, woken: Any) -> None:
    await post(api, {"title": "t", "bot": "support", "schedule": "hourly"})
    assert woken.count == 1


class TestLimited:
    """With one task an hour."""

    @pytest.fixture
    def rates(self) -> Rates:
        return Rates(create=Rate(1, timedelta(hours=1)), list=UNLIMITED.list)

    async def test_x_17_a_repeat_costs_nothing_and_a_limit_is_not_kept(self, api: Api, clock: VirtualClock) -> None:
        first = await post(api, {"title": "Call Ana"})
        assert (await post(api, {"title": "Call Ana"})).body == first.body
        assert (await post(api, {"title": "Call Bo"}, "k2")).status == 429
        clock.advance(timedelta(hours=1))
        assert (await post(api, {"title": "Call Bo"}, "k2")).status == 201
        assert await total(api) == 2
