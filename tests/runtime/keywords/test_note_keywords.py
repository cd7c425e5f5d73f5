"""The keywords for what hangs on tasks, each as a turn calls it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.bots.files.local import LocalFiles
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import Keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.keywords.add_task_comment import add_task_comment
from tasktalk.runtime.keywords.attach_file_to_task import attach_file_to_task
from tasktalk.runtime.keywords.create_task import create_task
from tasktalk.runtime.keywords.create_task_from_template import create_task_from_template
from tasktalk.runtime.tasks.attachments import Attachments
from tasktalk.runtime.tasks.comments import Comments
from tasktalk.runtime.tasks.model import Actor, Ports, Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.templates import Templates
from tasktalk.runtime.turn import Place, Turn
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)
ACTOR = Actor("ana", "default", "script")


@pytest.fixture
async def database(database: Database) -> Database:
    """With the default organisation."""
    await Accounts(database, VirtualClock(NOW)).ensure_organisation()
    return database


@pytest.fixture
def turn(database: Database, tmp_path: Path) -> Turn:
    work = UnitOfWork(database, NOW)
    place = Place("desk", "start.bas", "cnv_1", "web", "ana")
    return Turn(place, VirtualClock(NOW), work, Tasks(work, ACTOR, Ports(files=LocalFiles(tmp_path, 10))))


@pytest.fixture
async def template(database: Database) -> str:
    tasks = Tasks(UnitOfWork(database, NOW), ACTOR)
    made = await Templates(tasks).create(
        "Complaint", "About {{order}} of {{day}}", "high", ["support"], ["Call", "Write"]
    )
    await tasks.work.commit()
    return made.id


async def call(keyword: Keyword, turn: Turn, *arguments: Value, **clauses: Value) -> Any:
    return await keyword.function(turn, *arguments, **clauses)


async def from_template(turn: Turn, *arguments: Value, **clauses: Value) -> Task:
    return await turn.tasks.get(await call(create_task_from_template, turn, *arguments, **clauses))


async def refusal(keyword: Keyword, turn: Turn, *arguments: Value, **clauses: Value) -> str:
    with pytest.raises(Refused) as refused:
        await call(keyword, turn, *arguments, **clauses)
    return refused.value.code


async def test_gb_68_a_script_comments_on_a_task_that_it_has_just_made(turn: Turn) -> None:
    task_id = await call(create_task, turn, "t")
    first = await call(add_task_comment, turn, task_id, "One")
    await call(add_task_comment, turn, {"id": task_id}, 2, users="bob, carla")
    assert first.startswith("cmt_")
    assert (await turn.tasks.get(task_id)).comments_count == 2
    await turn.work.commit()
    found, total = await Comments(turn.tasks).page(task_id, 1, 10)
    assert [(comment.text, comment.author, comment.mentions) for comment in found] == [
        ("One", "ana", []),
        ("2", "ana", ["bob", "carla"]),
    ]
    assert total == 2


@pytest.mark.parametrize(
    ("text", "users", "code"),
    [
        (None, None, "missing_text"),
        ("", None, "missing_text"),
        ("a\0", None, "invalid_text"),
        ("t", [1], "invalid_mentions"),
        ("t", [""], "invalid_mentions"),
    ],
)
async def test_gb_117_other_comments_are_refused(turn: Turn, text: Value, users: Value, code: str) -> None:
    task_id = await call(create_task, turn, "t")
    assert await refusal(add_task_comment, turn, task_id, text, users=users) == code
    assert await refusal(add_task_comment, turn, "tsk_none", "t") == "task_not_found"


async def test_gb_77_a_script_attaches_what_it_has_made(turn: Turn, tmp_path: Path) -> None:
    task_id = await call(create_task, turn, "t")
    ids = [await call(attach_file_to_task, turn, task_id, name, "é€") for name in ("../a.csv", "b")]
    await turn.work.commit()
    attachments = Attachments(turn.tasks)
    found, total = await attachments.page(task_id, 1, 10)
    assert [(a.id, a.filename, a.mime_type, a.size_bytes) for a in found] == [
        (ids[0], "a.csv", "text/csv", 5),
        (ids[1], "b", "application/octet-stream", 5),
    ]
    assert (total, found[0].name) == (2, found[1].name)
    assert [b"".join([piece async for piece in attachments.read(a)]) for a in found] == ["é€".encode()] * 2
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


async def test_gb_79_and_117_other_files_are_refused(turn: Turn, tmp_path: Path) -> None:
    task_id = await call(create_task, turn, "t")
    assert await refusal(attach_file_to_task, turn, task_id, "a", "x" * 11) == "file_too_large"
    assert await refusal(attach_file_to_task, turn, "tsk_none", "a", "x") == "task_not_found"
    turn.tasks = Tasks(turn.work, ACTOR)
    assert await refusal(attach_file_to_task, turn, task_id, "a", "x") == "no_file_store"
    assert (await turn.tasks.get(task_id)).attachments_count == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("by", ["name", "id"])
async def test_gb_81_a_script_makes_a_task_from_a_template(turn: Turn, template: str, by: str) -> None:
    given: dict[str, Value] = {"order": "#12", "day": NOW}
    task = await from_template(turn, " Complaint" if by == "name" else template, given)
    assert (task.title, task.priority, task.tags) == ("Complaint", "high", ["support"])
    assert task.description == "About #12 of 2024-01-15T10:00:00Z"
    assert task.checklist == [{"text": "Call", "done": False}, {"text": "Write", "done": False}]
    assert task.context == {"conversation_id": "cnv_1", "bot_id": "desk"}


async def test_gb_84_what_clauses_say_wins(turn: Turn, template: str) -> None:
    clauses: dict[str, Value] = {"title": "T", "assignee": "bob", "priority": "critical", "due_date": "in 2 days"}
    more: dict[str, Value] = {"tags": "a, b", "description": "D", "context": {"k": 1}}
    task = await from_template(turn, template, {"order": 1, "day": 2.5}, **clauses, **more)
    assert (task.title, task.assignee, task.priority) == ("T", "bob", "urgent")
    assert (task.due_at, task.tags, task.description) == (NOW + timedelta(days=2), ["a", "b"], "D")
    assert task.context == {"conversation_id": "cnv_1", "bot_id": "desk", "k": 1}


@pytest.mark.parametrize(
    ("variables", "clauses", "code"),
    [
        (None, {}, "missing_variable"),
        ({"order": "1"}, {}, "missing_variable"),
        (["1"], {}, "invalid_variables"),
        ({"order": [], "day": 1}, {}, "invalid_variables"),
        ({"order": 1, "day": 1}, {"priority": "soon"}, "invalid_priority"),
        ({"order": 1, "day": 1}, {"due_date": "someday"}, "invalid_due_date"),
        ({"order": 1, "day": 1}, {"context": "text"}, "invalid_context"),
        ({"order": 1, "day": 1}, {"title": " "}, "missing_title"),
    ],
)
async def test_gb_83_and_117_other_uses_are_refused(
    turn: Turn, template: str, variables: Value, clauses: dict[str, Value], code: str
) -> None:
    assert await refusal(create_task_from_template, turn, template, variables, **clauses) == code
    assert turn.work.writes.writes == []


async def test_gb_05_a_due_date_of_a_script_lies_ahead(turn: Turn, template: str) -> None:
    given: dict[str, Value] = {"order": 1, "day": 1}
    assert await refusal(create_task_from_template, turn, template, given, due_date=NOW) == "invalid_due_date"


async def test_gb_86_an_unknown_template(turn: Turn) -> None:
    assert await refusal(create_task_from_template, turn, "Complaint") == "template_not_found"
    assert await refusal(create_task_from_template, turn, None) == "template_not_found"
