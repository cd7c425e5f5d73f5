"""General Bots: completing and deleting tasks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.tables import event
from tests.bots.dialects.conftest import Api, Woken


async def kinds(services: Services) -> list[str]:
    async with services.database.read() as reader:
        return [row["kind"] for row in await reader.rows(select(event.c.kind).order_by(event.c.id))]


async def test_gb_59_the_answer_of_completing(api: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    clock.advance(timedelta(hours=6))
    answer = await api.complete(task_id, resolution="Refund", time_spent_minutes=90, outcomes=["satisfied", "refund"])
    assert (answer.status, answer.body) == (
        200,
        {
            "task_id": task_id,
            "status": "completed",
            "completed_at": "2024-01-15T16:00:00Z",
            "completed_by": "user123",
        },
    )


async def test_gb_60_it_is_completed_by_the_caller(api: Api, colleague: Api) -> None:
    assert (await colleague.complete(await api.made())).body["completed_by"] == "user456"


async def test_gb_61_the_time_spent_replaces_what_was_noted(api: Api) -> None:
    task_id = await api.made()
    await api.patch(task_id, time_spent_minutes=45)
    await api.complete(task_id, time_spent_minutes=90)
    assert (await api.get(task_id))["time_spent_minutes"] == 90


@pytest.mark.parametrize("body", [None, b"", b"  ", b"{}", b'{"resolution": null, "outcomes": null}'])
async def test_gb_62_nothing_need_be_said(api: Api, body: bytes | None) -> None:
    task_id = await api.made()
    await api.patch(task_id, time_spent_minutes=45)
    answer = await api.send("POST", f"/tasks/{task_id}/complete", data=body)
    assert (answer.status, answer.body["status"]) == (200, "completed")
    assert (await api.get(task_id))["time_spent_minutes"] == 45


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("resolution", 5, "invalid_resolution"),
        ("resolution", "\ud800", "invalid_resolution"),
        ("time_spent_minutes", -1, "invalid_time_spent"),
        ("time_spent_minutes", 1.5, "invalid_time_spent"),
        ("time_spent_minutes", "90", "invalid_time_spent"),
        ("outcomes", "good", "invalid_outcomes"),
        ("outcomes", [1], "invalid_outcomes"),
        ("outcomes", {}, "invalid_outcomes"),
        ("status", "completed", "unknown_field"),
        ("completed_at", "2024-01-15T16:00:00Z", "read_only_field"),
    ],
)
async def test_a_bad_completion_is_refused(api: Api, field: str, value: object, code: str) -> None:
    task_id = await api.made()
    answer = await api.complete(task_id, **{field: value})
    assert (answer.status, answer.code) == (400, code)
    assert (await api.get(task_id))["status"] == "pending"


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"null"])
async def test_gb_11_a_completion_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    answer = await api.send("POST", f"/tasks/{await api.made()}/complete", data=body)
    assert (answer.status, answer.code) == (400, "invalid_request")


async def test_gb_63_what_came_of_it_can_be_read(api: Api) -> None:
    task_id = await api.made()
    await api.complete(task_id, resolution="Refund", outcomes=["satisfied"])
    got = await api.get(task_id)
    assert (got["status"], got["progress"], got["resolution"]) == ("completed", 100, "Refund")
    assert got["outcomes"] == ["satisfied"]


async def test_gb_64_completing_again_gives_the_first_answer(api: Api, colleague: Api, clock: VirtualClock) -> None:
    task_id = await api.made()
    first = await api.complete(task_id, resolution="Refund")
    clock.advance(timedelta(hours=1))
    assert (await colleague.complete(task_id, resolution="Other")).body == first.body
    assert (await api.get(task_id))["resolution"] == "Refund"


async def test_gb_64_a_cancelled_task_cannot_be_completed(api: Api) -> None:
    task_id = await api.made()
    await api.patch(task_id, status="cancelled")
    answer = await api.complete(task_id)
    assert (answer.status, answer.code) == (409, "invalid_transition")
    assert (await api.get(task_id))["status"] == "cancelled"


async def test_gb_65_completing_is_told_once(api: Api, services: Services) -> None:
    task_id, other = await api.made(), await api.made()
    await api.complete(task_id)
    await api.complete(task_id)
    await api.patch(task_id, status="completed")
    await api.patch(other, status="completed")
    assert (await kinds(services)).count("task_completed") == 2


async def test_gb_66_the_answer_of_deleting(api: Api) -> None:
    task_id = await api.made()
    answer = await api.send("DELETE", f"/tasks/{task_id}")
    assert (answer.status, answer.body) == (200, {"deleted": True, "task_id": task_id})


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/complete")])
async def test_gb_67_a_deleted_task_is_not_found(api: Api, method: str, path: str) -> None:
    task_id = await api.made(tags=["x"], bot="support", schedule="every hour")
    await api.send("DELETE", f"/tasks/{task_id}")
    answer = await api.send(method, f"/tasks/{task_id}{path}", {} if method != "GET" else None)
    assert (answer.status, answer.body) == (
        404,
        {"error": "task_not_found", "message": f"Task {task_id} not found"},
    )
    assert (await api.page(tags="x", include="scheduled")).body["total"] == 0


async def test_the_end_of_a_scheduled_task_ends_its_schedule(api: Api, woken: Woken) -> None:
    task_id = await api.made(bot="support", schedule="every hour")
    await api.complete(task_id)
    got = await api.get(task_id)
    assert (got["schedule"], got["next_run_at"]) == ("every hour", None)
    assert woken.count == 2
