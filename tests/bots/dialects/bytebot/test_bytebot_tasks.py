"""Tasks as Bytebot's document has them: made, read, listed, changed, deleted."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import STATUSES, TERMINAL
from tasktalk.runtime.work import UnitOfWork
from tests.bots.dialects.bytebot.conftest import Byte, D, told
from tests.bots.dialects.conftest import Api

WORDS = ["PENDING", "IN_PROGRESS", "NEEDS_HELP", "NEEDS_REVIEW", "COMPLETED", "CANCELLED", "FAILED"]
PRIORITIES = ["LOW", "MEDIUM", "HIGH", "URGENT"]
NO_STATUSES: list[object] = ["RUNNING", "in_progress", "", None, 1, ["PENDING"]]
NO_PRIORITIES: list[object] = ["CRITICAL", "medium", 1, ["LOW"], {}]
NO_DESCRIPTIONS: list[object] = ["", "  ", None, 1, [], "\0"]
GONE = "Task with ID {} not found"


def within(services: Services) -> Tasks:
    """What others do with tasks, in a unit of work."""
    return Tasks(UnitOfWork(services.database, services.clock.now()), Actor("ana", "default", "test"))


async def test_bb_02_and_05_to_07_a_task_is_made(byte: Byte) -> None:
    answer = await byte.create()
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "description": D,
        "status": "PENDING",
        "priority": "MEDIUM",
        "createdAt": "2025-04-14T12:00:00Z",
        "updatedAt": "2025-04-14T12:00:00Z",
        "files": [],
    }
    assert (await byte.create(priority=None)).body["priority"] == "MEDIUM"


@pytest.mark.parametrize("priority", PRIORITIES)
async def test_bb_04_and_x_07_each_priority_is_read_back(byte: Byte, priority: str) -> None:
    task_id = await byte.made(priority=priority)
    assert (await byte.get(task_id))["priority"] == priority


@pytest.mark.parametrize("word", WORDS)
async def test_bb_03_and_26_and_x_07_each_status_can_be_set_and_is_read_back(byte: Byte, word: str) -> None:
    task_id = await byte.made()
    assert (await byte.patch(task_id, status=word)).body["status"] == word
    assert (await byte.get(task_id))["status"] == word
    assert [task["id"] for task in await byte.listed(status=word)] == [task_id]
    assert await byte.listed(statuses=",".join(each for each in WORDS if each != word)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"description": ""},
        {"description": " \n\t"},
        {"description": None},
        {"description": 7},
        {"description": ["x"]},
        {"description": "x\0"},
        {"description": "\ud800"},
        *({"description": D, "priority": wrong} for wrong in (*NO_PRIORITIES, "", [])),
        {"description": D, "title": "x"},
        {"description": D, "status": "COMPLETED"},
        {"description": D, "type": "LATER"},
        {"description": D, "type": "SCHEDULED"},
        {"description": D, "scheduledFor": "tomorrow"},
        {"description": D, "createdBy": "ME"},
        {"description": D, "model": 7},
    ],
)
async def test_bb_08_what_is_no_task_is_refused(byte: Byte, fields: dict[str, Any]) -> None:
    answer = await byte.send("POST", "/tasks", data=json.dumps(fields))
    assert told(answer)[:2] == (400, "Bad Request")
    assert await byte.listed() == []


async def test_bb_11_what_the_shipped_clients_send_besides_is_taken(byte: Byte) -> None:
    model = {"provider": "anthropic", "name": "claude", "title": "Claude"}
    later = "2025-05-01T08:00:00Z"
    for fields in ({"type": "IMMEDIATE"}, {"createdBy": "API"}, {"model": model}, {"model": "gpt"}):
        assert (await byte.live.create(**fields)).status == 201
    found = await byte.live.get(await byte.made(type="SCHEDULED", scheduledFor=later, createdBy="API", model=model))
    assert {name: found[name] for name in ("type", "scheduledFor", "createdBy", "model", "control")} == {
        "type": "SCHEDULED",
        "scheduledFor": later,
        "createdBy": "API",
        "model": model,
        "control": "ASSISTANT",
    }
    assert found["id"] not in [task["id"] for task in await byte.listed()]
    assert found["id"] in [task["id"] for task in await byte.listed(include="scheduled")]


@pytest.mark.parametrize("moment", ["2025-04-14T12:00:00Z", "2025-04-14T13:59:59+02:00", "2020-01-01"])
async def test_bb_11_what_is_scheduled_lies_ahead(byte: Byte, moment: str) -> None:
    answer = await byte.create(type="SCHEDULED", scheduledFor=moment)
    message = "scheduledFor must lie ahead, and now it is 2025-04-14T12:00:00Z"
    assert told(answer) == (400, "Bad Request", message)
    assert await byte.listed(include="scheduled") == []
    assert (await byte.create(scheduledFor=moment)).status == 201


async def test_bb_11_a_model_that_is_a_bot_does_the_task(byte: Byte, services: Services) -> None:
    assert (await byte.live.send("GET", "/tasks/models")).body == [
        {"provider": "tasktalk", "name": "support", "title": "support"}
    ]
    task = await within(services).get(await byte.made(model={"name": "support"}))
    assert (task.bot, task.assignee) == ("support", "support")


@pytest.mark.parametrize("model", ["greeter", {"name": "greeter"}])
async def test_bb_11_a_bot_that_does_no_tasks_is_noted_and_nothing_more(
    byte: Byte, services: Services, model: object
) -> None:
    task = await within(services).get(await byte.made(model=model))
    assert (task.bot, task.assignee, task.context) == (None, None, {"model": model})


async def test_bb_12_and_20_to_22_a_task_has_its_description_as_first_message(byte: Byte) -> None:
    task_id = await byte.made()
    [message] = (await byte.get(task_id))["messages"]
    assert message == {
        "id": message["id"],
        "content": [{"type": "text", "text": D}],
        "role": "USER",
        "taskId": task_id,
        "createdAt": "2025-04-14T12:00:00Z",
        "updatedAt": "2025-04-14T12:00:00Z",
    }


@pytest.mark.parametrize(
    "text",
    [D, "one\ntwo", "  padded  ", "\n\n first\nsecond\n", "x" * 201, "é" * 5000, "a" * 199 + " b", "a\rb", "<b>&amp;"],
)
async def test_x_13_and_14_what_is_described_is_read_back_as_it_was(byte: Byte, services: Services, text: str) -> None:
    task_id = await byte.made(text)
    assert (await byte.get(task_id))["description"] == text
    task = await within(services).get(task_id)
    assert 1 <= len(task.title) <= 200
    assert task.title == task.title.strip()
    version = task.version
    assert (await byte.patch(task_id, description=text)).body["description"] == text
    assert (await within(services).get(task_id)).version == version
    assert (await byte.patch(task_id, description="new\n" + text)).body["description"] == "new\n" + text


@pytest.mark.parametrize(
    ("title", "description", "shown"),
    [("Call Ana", "", "Call Ana"), ("Call Ana", "soon", "Call Ana\nsoon"), ("Call", "  Call Ana", "  Call Ana")],
)
async def test_x_13_tasks_of_others_are_described(
    byte: Byte, services: Services, title: str, description: str, shown: str
) -> None:
    tasks = within(services)
    task = await tasks.create(NewTask(title, description))
    await tasks.work.commit()
    assert (await byte.get(task.id))["description"] == shown


async def test_bb_14_and_16_all_tasks_newest_first(byte: Byte, clock: VirtualClock) -> None:
    assert await byte.listed() == []
    made = []
    for number in range(450):  # more than are read at a time
        made.append(await byte.made(str(number)))
        if number % 100 == 99:
            clock.advance(timedelta(seconds=1))
    found = await byte.listed()
    assert [task["id"] for task in found] == made[::-1]
    assert set(found[0]) == {"id", "description", "status", "priority", "createdAt", "updatedAt"}
    assert [task["id"] for task in await byte.listed(limit="3", page="2")] == made[::-1][3:6]
    assert await byte.listed(page="100") == []


async def test_bb_17_to_19_the_task_that_was_begun_first(byte: Byte, clock: VirtualClock) -> None:
    answer = await byte.send("GET", "/tasks/in-progress")
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (
        200,
        None,
        "application/json; charset=utf-8",
    )
    first, second = await byte.made("first"), await byte.made("second")
    for task_id in (second, first):
        await byte.patch(task_id, status="IN_PROGRESS")
        clock.advance(timedelta(seconds=1))
    answer = await byte.send("GET", "/tasks/in-progress")
    assert (answer.body["id"], answer.body["status"]) == (second, "IN_PROGRESS")
    await byte.patch(second, status="COMPLETED")
    assert (await byte.send("GET", "/tasks/in-progress")).body["id"] == first
    await byte.patch(first, status="NEEDS_HELP")
    assert (await byte.send("GET", "/tasks/in-progress")).body is None
    assert told(await byte.send("DELETE", "/tasks/in-progress"))[0] == 405


async def test_bb_17_one_that_waits_counts_and_a_scheduled_one_does_not(byte: Byte, services: Services) -> None:
    tasks = within(services)
    await tasks.create(NewTask("scheduled", status="in_progress", bot="support", schedule="daily at 10:00"))
    waiting = await tasks.create(NewTask("waits", status="waiting"))
    await tasks.work.commit()
    found = (await byte.send("GET", "/tasks/in-progress")).body
    assert (found["id"], found["status"]) == (waiting.id, "IN_PROGRESS")
    assert (await byte.live.send("GET", "/tasks/in-progress")).body["status"] == "RUNNING"


async def test_bb_24_and_25_a_change_moves_updated_at_alone(byte: Byte, clock: VirtualClock) -> None:
    task_id = await byte.made()
    clock.advance(timedelta(minutes=1))
    answer = await byte.patch(task_id, status="COMPLETED", priority="HIGH")
    assert answer.status == 200
    assert answer.body == {
        "id": task_id,
        "description": D,
        "status": "COMPLETED",
        "priority": "HIGH",
        "createdAt": "2025-04-14T12:00:00Z",
        "updatedAt": "2025-04-14T12:01:00Z",
        "files": [],
    }


@pytest.mark.parametrize("ended", ["COMPLETED", "CANCELLED", "FAILED"])
async def test_bb_26_what_has_ended_stays_so(byte: Byte, ended: str) -> None:
    task_id = await byte.made()
    await byte.patch(task_id, status=ended)
    before = await byte.get(task_id)
    for word in WORDS:
        answer = await byte.patch(task_id, status=word, priority="LOW" if word != ended else "MEDIUM")
        assert answer.status == (200 if word == ended else 400)
    assert await byte.get(task_id) == before
    assert (await byte.patch(task_id, priority="LOW")).body["priority"] == "LOW"


@pytest.mark.parametrize(
    "fields",
    [
        *({"status": wrong} for wrong in NO_STATUSES),
        *({"priority": wrong} for wrong in (*NO_PRIORITIES, None)),
        *({"description": wrong} for wrong in NO_DESCRIPTIONS),
        {"id": "x"},
        {"title": "x"},
        {"status": "COMPLETED", "nothing": 1},
        {"priority": "HIGH", "status": "DONE"},
    ],
)
async def test_bb_26_what_is_no_change_is_refused(byte: Byte, fields: dict[str, Any]) -> None:
    task_id = await byte.made()
    before = await byte.get(task_id)
    answer = await byte.send("PATCH", f"/tasks/{task_id}", data=json.dumps(fields))
    assert told(answer)[:2] == (400, "Bad Request")
    assert await byte.get(task_id) == before


async def test_bb_28_and_x_07_the_shipped_word_for_in_progress(byte: Byte) -> None:
    task_id = await byte.made()
    await byte.patch(task_id, status="IN_PROGRESS")
    assert (await byte.live.get(task_id))["status"] == "RUNNING"
    assert (await byte.live.listed(status="RUNNING"))["total"] == 1
    assert told(await byte.live.send("GET", "/tasks", params={"status": "IN_PROGRESS"}))[0] == 400


async def test_x_08_and_09_writing_back_what_was_read_changes_nothing(byte: Byte, services: Services) -> None:
    tasks = within(services)
    made = [await tasks.create(NewTask("t", status=status)) for status in STATUSES]
    await tasks.work.commit()
    for task in made:
        shown = await byte.get(task.id)
        assert (task.status in TERMINAL) is (shown["status"] in {"COMPLETED", "CANCELLED", "FAILED"})
        sent = {name: shown[name] for name in ("status", "priority", "description")}
        assert (await byte.patch(task.id, **sent)).status == 200
        assert (await within(services).get(task.id)).version == task.version


async def test_bb_29_and_30_and_32_what_is_deleted_is_gone(byte: Byte) -> None:
    task_id = await byte.made()
    answer = await byte.send("DELETE", f"/tasks/{task_id}")
    assert (answer.status, answer.body) == (204, b"")
    for method, fields in (("DELETE", None), ("GET", None), ("PATCH", {"status": "COMPLETED"})):
        for spelling in (task_id, "task-123", f"tsk_{task_id}"):
            answer = await byte.send(method, f"/tasks/{spelling}", fields)
            assert told(answer) == (404, "Not Found", GONE.format(spelling))


@pytest.mark.usefixtures("all_dialects")
async def test_x_01_and_10_what_others_make_and_end_is_the_same_task(byte: Byte, api: Api) -> None:
    other = await api.made(title="Of General Bots")
    assert (await byte.get(other))["description"] == "Of General Bots"
    task_id = await byte.made("Of Bytebot\nwith more")
    found = await api.get(task_id)
    assert (found["task_id"], found["title"]) == (f"tsk_{task_id}", "Of Bytebot")
    await api.complete(task_id)
    assert (await byte.get(f"task_{task_id}"))["status"] == "COMPLETED"


async def test_x_12_scheduled_tasks_are_listed_when_asked_for(byte: Byte, services: Services) -> None:
    tasks = within(services)
    await tasks.create(NewTask("daily", bot="support", schedule="daily at 10:00"))
    await tasks.work.commit()
    assert (await byte.listed(), (await byte.live.listed())["total"]) == ([], 0)
    assert len(await byte.listed(include="scheduled")) == 1
    assert (await byte.live.listed(include="scheduled"))["total"] == 1
    assert told(await byte.send("GET", "/tasks", params={"include": "all"}))[0] == 400
