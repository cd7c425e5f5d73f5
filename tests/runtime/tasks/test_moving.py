"""Tasks that go out to files and come in from files."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks import moving, papers
from tasktalk.runtime.tasks.model import Actor, NewTask, Task
from tasktalk.runtime.tasks.papers import FORMS, Form
from tasktalk.storage.database import Database
from tests.runtime.tasks.conftest import NOW, Within

ANA = Actor("ana", "default", "import")
OTHER = Actor("eve", "other", "test")


async def exported(database: Database, form: Form, organisation_id: str = "default") -> str:
    return "".join([piece async for piece in papers.written(moving.out(database, organisation_id), form)])


async def imported(database: Database, clock: VirtualClock, text: str, form: Form, **options: Any) -> tuple[int, Any]:
    count, wrong = await moving.bring_in(database, clock, ANA, papers.read(text, form), **options)
    return count, [(each.entry.place, each.refused.code) for each in wrong]


async def all_of(database: Database) -> list[Task]:
    return [task async for page in moving.out(database, "default") for task in page]


@pytest.mark.parametrize("form", FORMS)
async def test_what_goes_out_comes_in_as_it_was(
    database: Database, clock: VirtualClock, tasks: Within, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "PAGE", 2)
    unit = tasks()
    words = ["=1+1", 'quo"ted, text', "two\nlines", "'=x", "plain"]
    for place, word in enumerate(words):
        due_at = datetime(2030, 1, 1 + place, tzinfo=UTC) if place % 2 else None
        tags, context = ([word, "a,b"], {"n": [1, None, {"é": word}]}) if place % 2 else ([], {})
        more = {"status": "in_progress", "priority": "urgent", "assignee": "@bo"} if place % 2 else {}
        await unit.create(NewTask(word, f"-{word}", due_at=due_at, tags=tags, context=context, **more))
    await unit.work.commit()
    text = await exported(database, form)
    assert await imported(database, clock, text, form) == (5, [])
    before, after = (all_[:5], all_[5:]) if (all_ := await all_of(database)) else ([], [])
    fields = ("title", "description", "status", "priority", "assignee", "due_at", "tags", "context")
    assert [[getattr(t, f) for f in fields] for t in after] == [[getattr(t, f) for f in fields] for t in before]


async def test_another_organisations_tasks_stay_there(database: Database, tasks: Within) -> None:
    unit = tasks(OTHER)
    await unit.create(NewTask("Secret"))
    await unit.work.commit()
    assert [await exported(database, form) for form in ("json", "jsonl")] == ["[]\n", ""]
    assert (await exported(database, "csv")).splitlines() == [",".join(papers.FIELDS)]
    assert json.loads(await exported(database, "json", "other"))[0]["title"] == "Secret"


async def test_no_cell_is_a_formula(database: Database, tasks: Within) -> None:
    unit = tasks()
    for sign in "=+-@":
        await unit.create(NewTask(f"{sign}cmd|'/c calc'!A0", assignee=f"{sign}x"))
    await unit.work.commit()
    _, *rows = csv.reader(io.StringIO(await exported(database, "csv")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


async def test_a_due_date_that_has_passed_comes_in(database: Database, clock: VirtualClock) -> None:
    assert await imported(database, clock, '{"title": "old", "due_date": "2020-01-01T00:00:00Z"}', "jsonl") == (1, [])
    [task] = await all_of(database)
    assert task.due_at == datetime(2020, 1, 1, tzinfo=UTC)
    assert task.created_at == NOW


WRONG = "title,status,titel\ngood,,\n,pending,\nbad,nope,\nbad,,x\n"


async def test_nothing_comes_in_when_anything_is_wrong(database: Database, clock: VirtualClock) -> None:
    found = [("line 3", "missing_title"), ("line 4", "invalid_status"), ("line 5", "unknown_field")]
    assert await imported(database, clock, WRONG, "csv") == (0, found)
    assert await all_of(database) == []
    assert await imported(database, clock, WRONG, "csv", keeps_good=True) == (1, found)
    assert [task.title for task in await all_of(database)] == ["good"]


@pytest.mark.parametrize(
    ("form", "text", "sentence"),
    [
        ("json", "{", "line 1: this is no JSON"),
        ("json", '{"title": "t"}', "line 1: expected a list of tasks"),
        ("json", '[{"title": "t"}, 5]', "task 2: expected a task"),
        ("json", '[\n{"title": "t"},\n{"title" "u"}]', "line 3: this is no JSON: expecting ':'"),
        ("json", '[\n{"title": "t"}\n{"title": "u"}]', "line 3: this is no JSON: expecting ',' or ']'"),
        ("json", '[{"title": "t"}]\n]', "line 2: this is no JSON: something stands behind"),
        ("json", '[{"title": "t"},\n', "line 2: this is no JSON"),
        ("json", '[{"title": "t"},]', "line 1: this is no JSON"),
        ("json", "[,]", "line 1: this is no JSON"),
        ("json", "", "line 1: this is no JSON"),
        ("json", "[" * 100_000, "line 1: this is no JSON"),
        ("json", f'[{{"title": "t", "context": {{"n": {"9" * 5000}}}}}]', "a number in it is too long"),
        ("jsonl", '{"title": "t"}\n\n{"title"', "line 3: this is no JSON"),
        ("csv", "title,status,title\na,,b\n", "line 1: the field title is there twice"),
        ("csv", "", "line 1: the first line has the names"),
        ("csv", "name\nx\n", "line 1: the first line has the names"),
        ("csv", 'title,tags\n"two\nlines",a\nx\n', "line 4: expected 2 cells, got 1"),
        ("csv", "title,context\nx,{\n", "line 2: this is no JSON"),
        ("csv", 'title,context\nx,{}\nx,"{\n\n"\n', "line 3: this is no JSON"),
        ("csv", 'title\n"open\n', "line"),
    ],
)
async def test_a_file_that_cannot_be_read(
    database: Database, clock: VirtualClock, form: Form, text: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        await imported(database, clock, text, form)
    assert refused.value.code == "invalid_file"
    assert await all_of(database) == []


@pytest.mark.parametrize("text", ["[]", " [ ] ", "\n[\n]\n"])
def test_a_list_may_be_empty(text: str) -> None:
    assert list(papers.read(text, "json")) == []


def test_lines_may_end_in_any_way() -> None:
    for end in ("\n", "\r\n", "\r"):
        found = list(papers.read(end.join(["title,tags", 'a,"x\ny"', "b,", "", "c,z"]), "csv"))
        assert [(each.place, each.fields.get("tags")) for each in found] == [
            ("line 2", ["x\ny"]),
            ("line 4", None),
            ("line 6", ["z"]),
        ]


def test_a_cell_may_be_long() -> None:
    [entry] = papers.read(f"title,description\na,{'x' * 1_000_000}\n", "csv")
    assert len(entry.fields["description"]) == 1_000_000


async def test_too_many_at_once(database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "MOST", 2)
    with pytest.raises(Refused, match="A file can have 2 tasks"):
        await imported(database, clock, "title\na\nb\nc\n", "csv")


@settings(max_examples=200, deadline=None)
@given(text=st.text(), form=st.sampled_from(FORMS))
def test_any_text_is_read_or_refused(text: str, form: Form) -> None:
    code = "invalid_file"
    try:
        list(papers.read(text, form))
    except Refused as refused:
        code = refused.code
    assert code == "invalid_file"
