"""ChatBotKit: paths, tokens, errors, and tasks one by one (CBK-01 to CBK-15, CBK-47 to CBK-49, CBK-71 to CBK-86)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.runtime.budgets import UNLIMITED, Rate
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import events
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.writes import Insert, WriteSet
from tests.bots.dialects.chatbotkit.conftest import DAY, HOUR, Kit, kit_of, ms
from tests.bots.dialects.conftest import Api, Client
from tests.bots.dialects.contract import CheckedClient

CREATED = ms(2025, 6, 1)


@pytest.fixture
async def limited(services: Services) -> AsyncIterator[Kit]:
    """Someone who may create one task in an hour."""
    app = web.Application()
    rates = replace(UNLIMITED, create=Rate(1, timedelta(hours=1)))
    for dialect in DIALECTS:
        app.add_routes(dialect.routes(replace(services, rates=rates)))
    async with CheckedClient(TestServer(app)) as client:
        yield await kit_of(client, services, "Lim")


async def count(services: Services) -> int:
    """How many events of tasks there are."""
    async with services.database.read() as reader:
        return len(await events.after(reader, "task", 0))


@pytest.mark.parametrize("base", ["/api/v1", "/chatbotkit/api/v1"])
async def test_cbk_01_and_04_it_answers_at_the_root_and_below_its_prefix(kit: Kit, base: str) -> None:
    kit.base = base
    task_id = await kit.made(name="Report")
    assert (await kit.fetch(task_id))["name"] == "Report"


async def test_x_02_a_task_is_the_same_below_both_paths(kit: Kit) -> None:
    task_id = await kit.made(name="Report")
    kit.base = "/chatbotkit/api/v1"
    assert (await kit.fetch(task_id))["name"] == "Report"
    assert (await kit.delete(task_id)).status == 200


async def test_cbk_01_nothing_is_put_patched_or_deleted(kit: Kit) -> None:
    for method in ["PUT", "PATCH", "DELETE"]:
        for path in [
            "create",
            "list",
            "export",
            "{}/fetch",
            "{}/update",
            "{}/delete",
            "{}/trigger",
            "{}/execution/list",
        ]:
            task_id = await kit.made(name="Report")
            answer = await kit.send(method, "/task/" + path.format(task_id), {})
            assert (answer.status, answer.body["code"]) == (405, "METHOD_NOT_ALLOWED")
            assert (await kit.fetch(task_id))["name"] == "Report"


async def test_cbk_01_reads_are_get_and_writes_are_post(kit: Kit) -> None:
    for method, path in [("GET", "create"), ("GET", "x/update"), ("POST", "list")]:
        assert (await kit.send(method, f"/task/{path}", {})).status == 405


async def test_cbk_02_without_a_good_token_nothing_is_done(kit: Kit, client: Client, services: Services) -> None:
    for given in [None, "Bearer unknown", "Bearer ", "Basic x", "Bearer"]:
        headers = {} if given is None else {"Authorization": given}
        async with client.post("/api/v1/task/create", json={"name": "x"}, headers=headers) as response:
            assert response.status == 401
            assert (await response.json())["code"] == "NOT_AUTHENTICATED"
        assert await count(services) == 0


async def test_cbk_03_errors_have_a_message_and_a_code(kit: Kit, onlooker: Kit) -> None:
    task_id = await kit.made()
    answers = [
        await kit.create(name=1),
        await onlooker.create(),
        await kit.send("GET", "/task/task_none/fetch"),
        await kit.send("PUT", "/task/create"),
        await kit.send("POST", f"/task/{task_id}/update", {}, headers={"If-Match": '"9"'}),
    ]
    assert [(answer.status, answer.body["code"]) for answer in answers] == [
        (400, "BAD_REQUEST"),
        (403, "NOT_AUTHORIZED"),
        (404, "NOT_FOUND"),
        (405, "METHOD_NOT_ALLOWED"),
        (412, "PRECONDITION_FAILED"),
    ]
    for answer in answers:
        assert set(answer.body) == {"message", "code"}
        assert isinstance(answer.body["message"], str)
        assert answer.headers["Content-Type"].startswith("application/json")


async def test_cbk_05_what_is_committed_is_answered_whatever_fails_then(
    kit: Kit, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client sends it again after an error, so a task that is there must not be answered with one."""
    commit, database = services.database.commit, services.database

    async def commit_and_go_away(writes: WriteSet) -> None:
        await commit(writes)
        if any(isinstance(write, Insert) and write.table == "event" for write in writes.writes):
            monkeypatch.setattr(Database, "read", away)

    def away(_: Database) -> NoReturn:
        raise DatabaseError("away")

    monkeypatch.setattr(database, "commit", commit_and_go_away)
    answer = await kit.create(name="Report")
    assert answer.status == 200
    monkeypatch.undo()
    assert await kit.names() == ["Report"]


async def test_cbk_05_a_limit_is_told_of_before_anything_is_done(limited: Kit, services: Services) -> None:
    assert (await limited.create(name="a")).status == 200
    answer = await limited.create(name="b")
    assert (answer.status, answer.body["code"]) == (429, "TOO_MANY_REQUESTS")
    assert int(answer.headers["Retry-After"]) == 3600
    assert await count(services) == 1


async def test_cbk_06_headers_of_the_client_change_nothing(kit: Kit) -> None:
    kit.headers = {"x-timezone": "Europe/Berlin", "x-runas-user-id": "u", "x-runas-child-user-email": "a@b.example"}
    found = await kit.fetch(await kit.made(schedule="0 9 * * *"))
    assert (found["timezone"], found["nextRunAt"]) == ("UTC", ms(2025, 6, 1, 9))


async def test_cbk_07_success_is_200_and_times_are_milliseconds(kit: Kit, clock: VirtualClock) -> None:
    answer = await kit.create(schedule="daily")
    assert answer.status == 200
    clock.advance(timedelta(milliseconds=1500))
    found = await kit.updated(answer.body["id"], name="x")
    assert (found["createdAt"], found["updatedAt"]) == (CREATED, CREATED + 1500)
    assert (found["nextRunAt"], found["lastRunAt"]) == (CREATED + DAY, None)


async def test_cbk_08_and_71_what_is_created_is_fetched(kit: Kit, contact: str) -> None:
    sent = {
        "name": "Daily Report",
        "description": "Sends it",
        "botId": "bot_abc123",
        "contactId": contact,
        "schedule": "daily",
        "timezone": "Europe/Berlin",
        "sessionDuration": HOUR,
        "meta": {"customer": "acme", "deep": [{"a": None}]},
    }
    task_id = await kit.made(**sent)
    assert await kit.fetch(task_id) == {
        "id": task_id,
        **sent,
        "createdAt": CREATED,
        "updatedAt": CREATED,
        "status": "idle",
        "outcome": "pending",
        "lastRunAt": None,
        "nextRunAt": CREATED + DAY,
    }


async def test_cbk_09_the_answer_is_the_id_which_begins_task(kit: Kit) -> None:
    answer = await kit.create()
    assert set(answer.body) == {"id"}
    assert answer.body["id"].startswith("task_")


async def test_cbk_10_a_task_needs_no_bot(kit: Kit) -> None:
    task_id = await kit.made(name="Placeholder", schedule="daily")
    found = await kit.fetch(task_id)
    assert (found["botId"], found["nextRunAt"]) == (None, CREATED + DAY)
    assert (await kit.updated(task_id, botId="support"))["botId"] == "support"
    assert await kit.names() == ["Placeholder"]


async def test_cbk_11_a_bot_has_to_be_there(kit: Kit, services: Services) -> None:
    for bot in ["nobody", "../support"]:
        answer = await kit.create(botId=bot)
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")
        assert bot in answer.body["message"]
        assert await count(services) == 0


async def test_cbk_12_a_contact_has_to_be_there(kit: Kit, other_account: Kit, contact: str, services: Services) -> None:
    for answer in (await kit.create(contactId="ct_none"), await other_account.create(contactId=contact)):
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")
        assert "ontact" in answer.body["message"]
    assert await count(services) == 0


async def test_cbk_14_nothing_is_needed(kit: Kit) -> None:
    found = await kit.fetch((await kit.create()).body["id"])
    assert (found["name"], found["description"], found["schedule"], found["nextRunAt"]) == ("Task", "", "never", None)
    named = await kit.fetch(await kit.made(description="  Call Ana\nand Bo", name=" "))
    assert named["name"] == "Call Ana"


async def test_cbk_15_meta_is_any_object_and_comes_back_as_it_was(kit: Kit) -> None:
    for meta in [{}, {"a": {"b": [1, 1.5, "ü", True, None]}}, {"": ""}, {"x": "y" * 5000}]:
        assert (await kit.fetch(await kit.made(meta=meta)))["meta"] == meta


async def test_cbk_15_meta_is_nothing_but_an_object(kit: Kit, services: Services) -> None:
    for meta in ["text", 1, True, [], [{}]]:
        answer = await kit.create(meta=meta)
        assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
        assert "meta" in answer.body["message"]
        assert await count(services) == 0


async def test_cbk_47_a_session_may_last_an_hour(kit: Kit) -> None:
    for duration in [0, 1, 3_600_000]:
        assert (await kit.fetch(await kit.made(sessionDuration=duration)))["sessionDuration"] == duration


async def test_cbk_47_and_80_no_other_duration_is_taken(kit: Kit, services: Services) -> None:
    task_id = await kit.made(name="Report")
    before = await kit.fetch(task_id)
    wrong: list[object] = [-1, 3_600_001, 1.5, 60.0, "60", True, [], 10**400]
    for duration in wrong:
        for answer in (
            await kit.create(sessionDuration=duration),
            await kit.update(task_id, name="x", sessionDuration=duration),
        ):
            assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
            assert "sessionDuration" in answer.body["message"]
    assert await kit.fetch(task_id) == before
    assert await count(services) == 1


async def test_cbk_48_without_a_duration_it_is_the_hosts_to_say(kit: Kit) -> None:
    assert (await kit.fetch(await kit.made()))["sessionDuration"] is None
    assert (await kit.fetch(await kit.made(sessionDuration=None)))["sessionDuration"] is None


async def test_cbk_49_the_documents_own_two_hours_are_too_many(kit: Kit) -> None:
    task_id = await kit.made(schedule="daily")
    answer = await kit.update(task_id, schedule="weekly", sessionDuration=7_200_000)
    assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
    assert (await kit.fetch(task_id))["schedule"] == "daily"


async def test_cbk_73_what_is_unknown_or_deleted_or_anothers_is_not_found(kit: Kit, other_account: Kit) -> None:
    deleted, others = await kit.made(), await other_account.made()
    await kit.delete(deleted)
    for task_id in ("task_none", deleted, others, "x" * 300, "%00"):
        answer = await kit.send("GET", f"/task/{task_id}/fetch")
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")


async def test_cbk_74_and_75_what_is_not_sent_stays(kit: Kit, contact: str) -> None:
    sent = {"description": "d", "botId": "support", "contactId": contact, "schedule": "hourly", "meta": {"a": 1}}
    task_id = await kit.made(name="Report", **sent)
    before = await kit.fetch(task_id)
    assert await kit.updated(task_id, name="Other") == {**before, "name": "Other"}
    assert await kit.updated(task_id, meta={"b": 2}) == {**before, "name": "Other", "meta": {"b": 2}}


async def test_cbk_76_another_schedule_counts_at_once(kit: Kit, clock: VirtualClock) -> None:
    task_id = await kit.made(schedule="daily")
    clock.advance(timedelta(hours=1))
    assert (await kit.updated(task_id, schedule="hourly"))["nextRunAt"] == CREATED + 2 * HOUR
    assert (await kit.updated(task_id, schedule="0 9 * * *"))["nextRunAt"] == ms(2025, 6, 1, 9)
    assert (await kit.updated(task_id, timezone="Asia/Tokyo"))["nextRunAt"] == ms(2025, 6, 2)


async def test_cbk_78_the_same_schedule_again_changes_nothing(
    kit: Kit, services: Services, clock: VirtualClock
) -> None:
    task_id = await kit.made(schedule="daily")
    before = await kit.fetch(task_id)
    clock.advance(timedelta(hours=1))
    assert await kit.updated(task_id, schedule="daily") == before
    assert await kit.updated(task_id, schedule="daily", timezone="UTC") == before
    assert (await kit.updated(task_id, name="x", schedule="daily"))["nextRunAt"] == before["nextRunAt"]
    assert await count(services) == 2


async def test_cbk_79_never_is_how_a_schedule_ends(kit: Kit) -> None:
    task_id = await kit.made(schedule="daily")
    for schedule in ("never", None):
        found = await kit.updated(task_id, schedule=schedule)
        assert (found["schedule"], found["nextRunAt"]) == ("never", None)
    assert await kit.names() == ["Task"]
    assert (await kit.updated(task_id, schedule="hourly"))["nextRunAt"] == CREATED + HOUR


async def test_cbk_80_null_takes_a_bot_or_a_contact_away(kit: Kit, contact: str) -> None:
    task_id = await kit.made(botId="support", contactId=contact, schedule="daily")
    found = await kit.updated(task_id, botId=None, contactId=None)
    assert (found["botId"], found["contactId"], found["schedule"]) == (None, None, "daily")


async def test_cbk_81_to_82_and_84_and_86_and_95_what_is_deleted_is_gone(kit: Kit, services: Services) -> None:
    task_id = await kit.made(schedule="hourly", meta={"a": "b"})
    answer = await kit.delete(task_id)
    assert (answer.status, answer.body) == (200, {"id": task_id})
    again = [
        await kit.delete(task_id),
        await kit.send("GET", f"/task/{task_id}/fetch"),
        await kit.update(task_id, name="x"),
        await kit.send("POST", f"/task/{task_id}/trigger", {}),
    ]
    assert [(each.status, each.body["code"]) for each in again] == [(404, "NOT_FOUND")] * 4
    assert await kit.names() == []
    assert await count(services) == 2


async def test_cbk_86_no_body_is_needed_to_delete(kit: Kit) -> None:
    assert (await kit.send("POST", f"/task/{await kit.made()}/delete")).status == 200


@pytest.mark.usefixtures("all_dialects")
async def test_x_01_and_12_tasks_are_the_same_in_every_interface(kit: Kit, client: Client) -> None:
    general = Api(client, kit.token)
    made = await general.made(title="Call Bo", description="today")
    other = made.replace("tsk_", "task_")
    assert (await kit.fetch(other))["name"] == "Call Bo"
    assert (await kit.fetch(made))["id"] == other
    mine = await kit.made(name="Report", botId="support", schedule="daily")
    assert (await general.get(mine))["title"] == "Report"
    assert await general.titles() == ["Call Bo"]
    assert await general.titles(include="scheduled") == ["Report", "Call Bo"]
    assert await kit.names() == ["Report"]
    assert (await kit.fetch(other))["createdAt"] == ms(2025, 6, 1)
    assert (await general.get(mine))["created_at"] == "2025-06-01T00:00:00Z"


@pytest.mark.usefixtures("all_dialects")
@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("pending", ("idle", "pending")),
        ("in_progress", ("running", "pending")),
        ("completed", ("idle", "success")),
        ("cancelled", ("canceled", "failure")),
    ],
)
async def test_x_09_a_tasks_own_status_shows(kit: Kit, client: Client, status: str, shown: tuple[str, str]) -> None:
    task_id = await kit.made(name="Report", schedule="daily")
    await Api(client, kit.token).patch(task_id, status=status)
    found = await kit.fetch(task_id)
    assert (found["status"], found["outcome"]) == shown
    for each in ("idle", "running", "canceled"):
        assert await kit.names(status=each) == (["Report"] if each == shown[0] else [])


async def test_x_18_only_what_was_read_is_changed(kit: Kit) -> None:
    task_id = await kit.made(name="Report")
    _, read = await kit.text("GET", f"/task/{task_id}/fetch")
    kit.headers = {"If-Match": read.headers["ETag"]}
    assert (await kit.update(task_id, name="Mine")).status == 200
    stale = await kit.update(task_id, name="Theirs")
    assert (stale.status, stale.body["code"]) == (412, "PRECONDITION_FAILED")
    assert (await kit.delete(task_id)).status == 412
    kit.headers = {"If-None-Match": read.headers["ETag"]}
    assert (await kit.fetch(task_id))["name"] == "Mine"


async def test_x_17_the_same_under_a_key_makes_one_task(kit: Kit) -> None:
    kit.headers = {"Idempotency-Key": "k1"}
    first, second = await kit.create(name="a"), await kit.create(name="a")
    assert first.body == second.body
    other = await kit.create(name="b")
    assert (other.status, other.body["code"]) == (422, "UNPROCESSABLE_ENTITY")
    assert await kit.names() == ["a"]
