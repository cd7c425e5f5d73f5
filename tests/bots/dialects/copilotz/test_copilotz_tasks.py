"""Copilotz: tasks are made, read, changed, listed and deleted."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz.words import STATUS
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import STATUSES, TERMINAL
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import events
from tests.bots.dialects.conftest import Api, Client
from tests.bots.dialects.copilotz.conftest import Pilot, good, refused

WORDS = ("active", "pending", "failed", "completed", "cancelled")


@pytest.mark.parametrize("base", ["/copilotz/rest", "/rest"])
async def test_cz_01_02_and_03_a_task_is_made_and_changed(pilot: Pilot, base: str) -> None:
    pilot.base = base
    made = await pilot.made(name="Resolve Customer Issue", status="active")
    assert (made["name"], made["status"]) == ("Resolve Customer Issue", "active")
    changed = await pilot.changed(made["_id"], status="completed")
    assert changed == {**made, "status": "completed"}
    assert await pilot.get(made["_id"]) == changed


async def test_cz_01_and_02_both_take_json_and_a_token(pilot: Pilot, client: Client) -> None:
    nobody = Pilot(client, None)
    assert refused(await nobody.create()) == (401, "unauthorized")
    assert refused(await pilot.send("POST", "/tasks", data=b"{")) == (400, "invalid_request")


async def test_cz_04_to_10_what_a_task_has(pilot: Pilot) -> None:
    number, [first, _] = await pilot.workflow("Gather", "Send")
    made = await pilot.made(
        extId="SUPPORT_56789", workflow=number, currentStep=first, description="d", context={"a": {"b": [1, None]}}
    )
    assert isinstance(made["_id"], int)
    assert made == {
        "_id": made["_id"],
        "id": made["_id"],
        "extId": "SUPPORT_56789",
        "workflow": number,
        "currentStep": first,
        "status": "pending",
        "name": "Call Ana",
        "description": "d",
        "context": {"a": {"b": [1, None]}},
        "attempt": 1,
        "retryAt": None,
        "createdAt": "2024-01-15T10:00:00.000Z",
        "updatedAt": "2024-01-15T10:00:00.000Z",
    }
    bare = await pilot.made()
    assert bare["_id"] == made["_id"] + 1
    given_nothing = {name: bare[name] for name in ("extId", "workflow", "currentStep", "description", "context")}
    assert given_nothing == {"extId": None, "workflow": None, "currentStep": None, "description": "", "context": {}}


@pytest.mark.parametrize("missing", ["name", "status"])
async def test_cz_11_a_name_and_a_status_are_required(pilot: Pilot, missing: str) -> None:
    fields = {name: value for name, value in {"name": "t", "status": "active"}.items() if name != missing}
    assert (await pilot.send("POST", "/tasks", fields)).status == 400
    assert await pilot.page() == []


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"workflow": "2"}, "unknown_workflow"),
    ({"workflow": 1.5}, "unknown_workflow"),
    ({"workflow": True}, "unknown_workflow"),
    ({"workflow": -1}, "unknown_workflow"),
    ({"workflow": 99}, "unknown_workflow"),
    ({"workflow": 10**30}, "unknown_workflow"),
    ({"workflow": 1, "currentStep": 1.5}, "unknown_step"),
    ({"workflow": 1, "currentStep": "1"}, "unknown_step"),
    ({"workflow": 1, "currentStep": [1]}, "unknown_step"),
    ({"workflow": 1, "currentStep": 2}, "unknown_step"),
    ({"workflow": 1, "currentStep": 99}, "unknown_step"),
    ({"currentStep": 1}, "unknown_step"),
    ({"context": []}, "invalid_context"),
    ({"context": None}, "invalid_context"),
    ({"context": "x"}, "invalid_context"),
    ({"extId": 7}, "invalid_external_id"),
    ({"extId": "x" * 256}, "invalid_external_id"),
    ({"status": "done"}, "invalid_status"),
    ({"status": "in_progress"}, "invalid_status"),
    ({"status": None}, "invalid_status"),
    ({"name": 7}, "missing_name"),
    ({"name": " "}, "missing_name"),
    ({"description": {}}, "invalid_description"),
    ({"title": "t"}, "unknown_field"),
)


@pytest.mark.parametrize(("fields", "code"), WRONG, ids=[str(fields)[:40] for fields, _ in WRONG])
async def test_cz_03_and_12_what_is_wrong_is_refused(pilot: Pilot, fields: dict[str, Any], code: str) -> None:
    await pilot.workflow("Own")
    await pilot.workflow("Of another", name="Other")
    assert refused(await pilot.create(**fields)) == (400, code)
    assert await pilot.page() == []
    made = await pilot.made(context={"a": 1}, extId="x")
    assert refused(await pilot.put(made["_id"], **{"context": {"b": 2}, **fields})) == (400, code)
    assert await pilot.get(made["_id"]) == made


async def test_cz_12_what_an_answer_has_can_be_sent_back(pilot: Pilot, services: Services) -> None:
    number, _ = await pilot.workflow("Gather")
    made = await pilot.made(workflow=number, context={"a": 1}, extId="x")
    async with services.database.read() as reader:
        before = await events.after(reader, "task", 0)
    assert good(await pilot.send("PUT", f"/tasks/{made['_id']}", made)) == made
    async with services.database.read() as reader:
        assert await events.after(reader, "task", 0) == before


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("before", WORDS)
async def test_cz_07_and_13_and_18_any_status_follows_on_any(pilot: Pilot, before: str, word: str) -> None:
    made = await pilot.made(status=before)
    assert made["status"] == before
    assert (await pilot.changed(made["_id"], status=word))["status"] == word
    assert (await pilot.get(made["_id"]))["status"] == word


@pytest.mark.parametrize("status", STATUSES)
async def test_cz_14_what_is_finer_stays_when_it_is_sent_back(pilot: Pilot, services: Services, status: str) -> None:
    made = await pilot.made()
    tasks = Tasks(UnitOfWork(services.database, services.clock.now()), Actor("ana", "default", "test"))
    await tasks.update(str(made["_id"]), {"status": status})
    await tasks.work.commit()
    shown = (await pilot.get(made["_id"]))["status"]
    async with services.database.read() as reader:
        before = await events.after(reader, "task", 0)
    assert (await pilot.changed(made["_id"], status=shown))["status"] == shown
    async with services.database.read() as reader:
        assert await events.after(reader, "task", 0) == before
    after = Tasks(UnitOfWork(services.database, services.clock.now()), Actor("ana", "default", "test"))
    assert (await after.get(str(made["_id"]))).status == status


def test_x_09_and_cz_13_what_has_ended_never_shows_as_open() -> None:
    shown = {status: STATUS.show(status) in {"completed", "failed", "cancelled"} for status in STATUSES}
    assert shown == {status: status in TERMINAL for status in STATUSES}
    assert {STATUS.show(STATUS.read(word)) for word in WORDS} == set(WORDS)


async def test_cz_18_what_is_not_sent_stays(pilot: Pilot) -> None:
    number, [_, second] = await pilot.workflow("Gather", "Send")
    made = await pilot.made(workflow=number, extId="x", description="d", context={"a": 1})
    moved = await pilot.changed(made["_id"], currentStep=second)
    assert moved == {**made, "currentStep": second}
    assert await pilot.changed(made["_id"], name="Other") == {**moved, "name": "Other"}
    cleared = await pilot.changed(made["_id"], extId=None, description=None)
    assert cleared == {**moved, "name": "Other", "extId": None, "description": ""}
    out = await pilot.changed(made["_id"], workflow=None)
    assert (out["workflow"], out["currentStep"], out["attempt"]) == (None, None, None)


async def test_cz_22_the_context_is_merged_or_replaced(pilot: Pilot) -> None:
    number = (await pilot.made(context={"a": 1, "deep": {"b": 2, "c": 3}, "gone": 4}))["_id"]
    merged = await pilot.changed(number, context={"emailSent": True, "deep": {"b": 5}, "gone": None, "never": None})
    assert merged["context"] == {"a": 1, "deep": {"b": 5}, "emailSent": True}
    answer = await pilot.send(
        "PUT", f"/tasks/{number}", {"context": {"n": None}}, headers={"X-Context-Mode": "replace"}
    )
    assert good(answer)["context"] == {"n": None}
    for mode, status in (("Merge", 200), ("append", 400)):
        headers = {"X-Context-Mode": mode}
        assert (await pilot.send("PUT", f"/tasks/{number}", {"context": {}}, headers=headers)).status == status


async def test_cz_24_and_26_by_ext_id_the_newest_first(pilot: Pilot) -> None:
    one, two, _ = [await pilot.made(extId=ext_id) for ext_id in ("SUPPORT_56789", "SUPPORT_56789", "other")]
    answer = await pilot.send("GET", "/tasks", params={"extId": "SUPPORT_56789"})
    assert good(answer) == {"data": [two, one], "total": 2, "page": 1, "limit": 20}
    assert await pilot.page(extId="SUPPORT_56789", limit=1, page=2) == [one]
    assert await pilot.page(extId="none") == []
    assert await pilot.page(extId="other", page=10**18 - 1) == []


async def test_cz_24_a_deleted_task_is_gone(pilot: Pilot) -> None:
    number, _ = await pilot.workflow("Gather")
    made = (await pilot.made(workflow=number))["_id"]
    assert good(await pilot.send("DELETE", f"/tasks/{made}")) == {"_id": made, "deleted": True}
    for method, body in (("GET", None), ("PUT", {"status": "active"}), ("DELETE", None)):
        assert refused(await pilot.send(method, f"/tasks/{made}", body)) == (404, "task_not_found")
    assert (await pilot.made())["_id"] > made


async def test_cz_25_filters_hold_together(pilot: Pilot) -> None:
    number, [first, second] = await pilot.workflow("Gather", "Send")
    other, _ = await pilot.workflow("Alone", name="Other")
    a = await pilot.made(workflow=number, status="active")
    b = await pilot.made(workflow=number, currentStep=second, status="failed")
    c = await pilot.made(workflow=other)
    d = await pilot.made(status="cancelled")
    for query, found in (
        ({}, [d, c, b, a]),
        ({"workflow": number}, [b, a]),
        ({"currentStep": second}, [b]),
        ({"workflow": number, "currentStep": first}, [a]),
        ({"workflow": other, "currentStep": first}, []),
        ({"status": "pending"}, [c]),
        ({"status": "active,failed"}, [b, a]),
        ({"status": "active,failed", "workflow": number, "currentStep": second}, [b]),
        ({"workflow": 99}, []),
        ({"currentStep": 2**40}, []),
    ):
        assert await pilot.page(**query) == found, query


@pytest.mark.parametrize(
    "query",
    [
        *({"status": "done"}, {"status": ""}, {"workflow": "x"}, {"currentStep": "1.5"}, {"workflow": "0"}),
        *({"page": "0"}, {"limit": "x"}, {"_populate": "task"}, {"include": "all"}),
    ],
)
async def test_cz_25_a_filter_that_is_none_is_refused(pilot: Pilot, query: dict[str, str]) -> None:
    answer = await pilot.send("GET", "/tasks", params=query)
    [name] = query
    assert refused(answer) == (400, f"invalid_{name.strip('_')}")


async def test_cz_25_what_is_populated(pilot: Pilot) -> None:
    number, [first, second] = await pilot.workflow("Gather", {"name": "Send", "maxAttempts": 3})
    made = await pilot.made(workflow=number, currentStep=second)
    workflow = good(await pilot.send("GET", f"/workflows/{number}"))
    step = good(await pilot.send("GET", f"/steps/{second}"))
    assert (workflow["steps"], step["maxAttempts"]) == ([first, second], 3)
    populated = {**made, "workflow": workflow, "currentStep": step}
    assert await pilot.get(made["_id"], _populate="workflow,currentStep") == populated
    assert await pilot.page(_populate="workflow") == [{**made, "workflow": workflow}]
    bare = await pilot.made()
    assert await pilot.get(bare["_id"], _populate="workflow,currentStep") == bare


@pytest.mark.usefixtures("all_dialects")
async def test_x_12_scheduled_tasks_are_listed_when_asked_for(pilot: Pilot, api: Api) -> None:
    await api.made(bot="support", schedule="0 9 * * *")
    await pilot.made(extId="x")
    assert len(await pilot.page()) == 1
    assert len(await pilot.page(include="scheduled")) == 2
    assert len(await pilot.page(include="scheduled", extId="x")) == 1


async def test_cz_28_what_is_unknown_is_404(pilot: Pilot, other_account: Pilot) -> None:
    made = (await pilot.made())["_id"]
    for asker, number in ((pilot, made + 1), (other_account, made)):
        answer = await asker.put(number, status="active")
        assert refused(answer) == (404, "task_not_found")
        assert answer.body["error"]["message"] == f"Task {number} not found"
    assert await other_account.page() == []


async def test_cz_30_changes_at_once_all_survive(pilot: Pilot) -> None:
    number = (await pilot.made())["_id"]
    keys = [f"k{place}" for place in range(8)]
    await asyncio.gather(
        pilot.changed(number, status="active"),
        pilot.changed(number, name="Other"),
        pilot.changed(number, extId="x"),
        *(pilot.changed(number, context={key: place}) for place, key in enumerate(keys)),
    )
    found = await pilot.get(number)
    assert (found["status"], found["name"], found["extId"]) == ("active", "Other", "x")
    assert found["context"] == {key: place for place, key in enumerate(keys)}


@pytest.mark.usefixtures("all_dialects")
async def test_x_10_and_20_a_task_of_another_interface_is_the_same(pilot: Pilot, api: Api, services: Services) -> None:
    made = await pilot.made(description="d", context={"tags": ["a"]})
    [row] = (await api.page()).body["tasks"]
    spelled = row["task_id"]
    assert (await api.get(str(made["_id"])))["task_id"] == spelled
    for spelling in (spelled, spelled.removeprefix("tsk_"), spelled.replace("tsk_", "task_")):
        assert good(await pilot.send("GET", f"/tasks/{spelling}")) == made
    await api.patch(spelled, status="in_progress", title="Other")
    assert (await pilot.get(made["_id"]))["name"] == "Other"
    async with services.database.read() as reader:
        found = await events.after(reader, "task", 0)
    assert [(event["kind"], event["actor"], event["source"]) for event in found] == [
        ("task_created", "user777", "copilotz"),
        ("task_updated", "user123", "general_bots"),
    ]


@given(st.sampled_from(STATUSES))
@settings(suppress_health_check=list(HealthCheck))
def test_x_07_what_a_word_means_is_shown_as_it(status: Any) -> None:
    word = STATUS.show(status)
    assert STATUS.show(STATUS.read(word)) == word
    assert status in STATUS.all_of(word)
