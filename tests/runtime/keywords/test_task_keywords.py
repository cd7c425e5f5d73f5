"""The keywords for tasks, each as a turn calls it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import Keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.keywords.complete_task import complete_task
from tasktalk.runtime.keywords.create_task import create_task
from tasktalk.runtime.keywords.get_task_status import get_task_status
from tasktalk.runtime.keywords.set_task_due_date import set_task_due_date
from tasktalk.runtime.keywords.set_task_priority import set_task_priority
from tasktalk.runtime.tasks.model import Actor, Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.turn import Place, Turn
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tests.databases import private_url

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)


@pytest.fixture
async def turn() -> AsyncIterator[Turn]:
    clock = VirtualClock(NOW)
    database = await Database.open(private_url())
    await Accounts(database, clock).create_user("Bo Lund", email="bo@example.com")
    work = UnitOfWork(database, NOW)
    place = Place("desk", "start.bas", "cnv_1", "web", "ana")
    yield Turn(place, clock, work, Tasks(work, Actor("ana", "default", "script")))
    await database.close()


async def call(keyword: Keyword, turn: Turn, *arguments: Value, **clauses: Value) -> Any:
    return await keyword.function(turn, *arguments, **clauses)


async def made(turn: Turn, title: Value, *more: Value, **clauses: Value) -> Task:
    return await turn.tasks.get(await call(create_task, turn, title, list(more), **clauses))


async def test_gb_111_create_task_gives_an_id_that_is_good_at_once(turn: Turn) -> None:
    task_id = await call(create_task, turn, "Follow up with customer", ["user456"])
    assert task_id.startswith("tsk_")
    task = await turn.tasks.get(task_id)
    assert (task.title, task.assignee, task.status, task.priority) == (
        "Follow up with customer",
        "user456",
        "pending",
        "medium",
    )


@pytest.mark.parametrize(
    ("word", "priority"), [("high", "high"), ("CRITICAL", "urgent"), (" urgent ", "urgent"), ("Low", "low")]
)
async def test_gb_112_set_task_priority(turn: Turn, word: str, priority: str) -> None:
    task_id = await call(create_task, turn, "t")
    assert await call(set_task_priority, turn, task_id, word) == task_id
    assert (await turn.tasks.get(task_id)).priority == priority


@pytest.mark.parametrize(
    ("value", "due_at"),
    [
        (NOW + timedelta(seconds=24 * 3600), NOW + timedelta(days=1)),
        (3 * 86400, NOW + timedelta(days=3)),
        ("2024-01-20T17:00:00Z", datetime(2024, 1, 20, 17, tzinfo=UTC)),
        ("in 3 days", NOW + timedelta(days=3)),
        (None, None),
    ],
)
async def test_gb_113_set_task_due_date(turn: Turn, value: Value, due_at: datetime | None) -> None:
    task_id = await call(create_task, turn, "t", due_date="tomorrow")
    assert await call(set_task_due_date, turn, task_id, value) == task_id
    assert (await turn.tasks.get(task_id)).due_at == due_at


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("pending", "pending"),
        ("in_progress", "in_progress"),
        ("waiting", "in_progress"),
        ("needs_help", "in_progress"),
        ("completed", "completed"),
        ("failed", "cancelled"),
        ("cancelled", "cancelled"),
    ],
)
async def test_gb_114_get_task_status_gives_the_plain_word(turn: Turn, status: str, word: str) -> None:
    task_id = await call(create_task, turn, "t", status=status)
    assert await call(get_task_status, turn, task_id) == word


@pytest.mark.parametrize(
    ("keyword", "arguments", "code"),
    [
        (set_task_priority, ("tsk_none", "high"), "task_not_found"),
        (set_task_due_date, ("tsk_none", "tomorrow"), "task_not_found"),
        (get_task_status, ("tsk_none",), "task_not_found"),
        (get_task_status, ("",), "task_not_found"),
        (get_task_status, (None,), "task_not_found"),
        (get_task_status, ([],), "task_not_found"),
        (get_task_status, ({},), "task_not_found"),
        (complete_task, ("tsk_none",), "task_not_found"),
        (set_task_priority, ("{id}", "whenever"), "invalid_priority"),
        (set_task_priority, ("{id}", None), "invalid_priority"),
        (set_task_due_date, ("{id}", "someday"), "invalid_due_date"),
        (set_task_due_date, ("{id}", NOW), "invalid_due_date"),
        (set_task_due_date, ("{id}", "yesterday"), "invalid_due_date"),
        (create_task, (None,), "missing_title"),
        (create_task, ("",), "missing_title"),
        (create_task, ("t", ["d", "ana", "someday", "low"]), "invalid_due_date"),
        (create_task, ("t", ["d", "ana", "tomorrow", "whenever"]), "invalid_priority"),
    ],
)
async def test_gb_117_a_refusal_has_the_code_of_the_interface(
    turn: Turn, keyword: Keyword, arguments: tuple[Value, ...], code: str
) -> None:
    task_id = await call(create_task, turn, "t")
    given = [task_id if argument == "{id}" else argument for argument in arguments]
    with pytest.raises(Refused) as refused:
        await call(keyword, turn, *given)
    assert refused.value.code == code


async def test_gb_118_a_task_knows_the_conversation_it_comes_from(turn: Turn) -> None:
    task = await made(turn, "t")
    assert task.context == {"conversation_id": "cnv_1", "bot_id": "desk"}
    assert task.created_by == "ana"


async def test_named_clauses_win(turn: Turn) -> None:
    task = await made(
        turn,
        "t",
        "user1",
        "low",
        "tomorrow",
        assignee="user2",
        priority="high",
        due_date="in 2 days",
        tags=["a", "b"],
        description="more",
        context={"bot_id": "mine", "k": 1},
        project="Move",
        space="Home",
    )
    assert (task.assignee, task.priority, task.due_at) == ("user2", "high", NOW + timedelta(days=2))
    assert (task.tags, task.description) == (["a", "b"], "more")
    assert task.context == {"conversation_id": "cnv_1", "bot_id": "mine", "project": "Move", "space": "Home", "k": 1}


async def test_an_empty_text_assigns_nobody(turn: Turn) -> None:
    assert (await made(turn, "t", "")).assignee is None
    assert (await made(turn, "t", assignee="")).assignee is None


async def test_tags_may_be_one_text(turn: Turn) -> None:
    assert (await made(turn, "t", tags="a, b,")).tags == ["a", "b"]


async def test_a_number_can_be_a_title(turn: Turn) -> None:
    assert (await made(turn, 42)).title == "42"


@pytest.mark.parametrize("name", ["Bo Lund", "bo@example.com"])
async def test_a_known_user_is_told_from_a_description(turn: Turn, name: str) -> None:
    task = await made(turn, "t", "Call her", name)
    assert (task.assignee, task.description) == (name, "Call her")


async def test_of_two_unknown_texts_the_first_is_the_assignee(turn: Turn) -> None:
    task = await made(turn, "t", "carla", "Moving house")
    assert (task.assignee, task.context["project"]) == ("carla", "Moving house")


@pytest.mark.parametrize(
    "spell", [str, lambda i: i.removeprefix("tsk_"), lambda i: {"id": i}, lambda i: {"task_id": i}]
)
async def test_a_task_is_named_by_its_id_or_its_record(turn: Turn, spell: Any) -> None:
    task_id = await call(create_task, turn, "t")
    assert await call(get_task_status, turn, spell(task_id)) == "pending"


async def test_complete_task_ends_it_with_what_came_of_it(turn: Turn) -> None:
    task_id = await call(create_task, turn, "t")
    assert await call(complete_task, turn, task_id, "All fine") == task_id
    task = await turn.tasks.get(task_id)
    assert (task.status, task.resolution, task.completed_by) == ("completed", "All fine", "ana")
    assert await call(complete_task, turn, task_id) == task_id


async def test_a_cancelled_task_cannot_be_completed(turn: Turn) -> None:
    task_id = await call(create_task, turn, "t", status="cancelled")
    with pytest.raises(Refused) as refused:
        await call(complete_task, turn, task_id)
    assert refused.value.code == "invalid_transition"
