"""General Bots: all tasks out as a file, and those of a file in."""

import csv
import io
import json
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, TypeAlias, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots import moving as served
from tasktalk.runtime.budgets import Rate, Rates
from tasktalk.runtime.tasks import moving, papers
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import events
from tests.bots.dialects.conftest import Answer, Api, Client

Plain: TypeAlias = TestClient[web.Request, web.Application]

JSON, LINES, CSV = "application/json", "application/jsonl", "text/csv"
KINDS = {JSON: "json", LINES: "jsonl", CSV: "csv"}


async def export(api: Api, accept: str | None = None, path: str = "/tasks/export") -> tuple[int, str, dict[str, str]]:
    headers = {"Authorization": f"Bearer {api.token}", **({} if accept is None else {"Accept": accept})}
    async with api.client.get(api.base + path, headers=headers) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


async def bring_in(api: Api, text: str | bytes, kind: str = JSON, query: str = "", **headers: str) -> Answer:
    data = text.encode() if isinstance(text, str) else text
    return await api.send(
        "POST", f"/tasks/import{query}", data=io.BytesIO(data), headers={"Content-Type": kind, **headers}
    )


async def count(api: Api) -> int:
    total: int = (await api.page()).body["total"]
    return total


@pytest.mark.parametrize("kind", KINDS)
async def test_what_goes_out_comes_in_as_it_was(api: Api, kind: str) -> None:
    given = {"description": '=1+1, "a"\n-b', "tags": ["x", "a,b"], "context": {"n": [1, {"é": None}]}}
    await api.made(title="@=Call, Ana", assignee="bo", priority="critical", due_date="2024-01-20T17:00:00Z", **given)
    await api.made(title="plain")
    status, text, headers = await export(api, kind)
    assert status == 200
    assert headers["Content-Type"].partition(";")[0] == kind
    assert headers["Content-Disposition"].startswith(f'attachment; filename="tasks.{KINDS[kind]}"')
    assert (await bring_in(api, text, kind)).body == {"created": 2, "failed": 0, "errors": []}
    tasks = [await api.get(row["task_id"]) for row in (await api.page(order="asc")).body["tasks"]]
    assert [task["title"] for task in tasks] == ["@=Call, Ana", "plain"] * 2
    fields = ("title", "status", "priority", "due_date", "assignee", *given)
    assert [tasks[0][field] for field in fields] == [tasks[2][field] for field in fields]


@pytest.mark.parametrize(
    ("accept", "form"),
    [(None, JSON), ("*/*", JSON), ("text/csv;q=0.4, application/jsonl", LINES), ("application/x-ndjson", LINES)],
)
async def test_the_form_is_the_one_that_is_accepted(api: Api, accept: str | None, form: str) -> None:
    await api.made(title="a")
    await api.made(title="b")
    _, text, _ = await export(api, accept)
    tasks = json.loads(text) if form == JSON else list(map(json.loads, text.splitlines()))
    assert [list(task) for task in tasks] == [list(papers.FIELDS)] * 2


async def test_a_form_that_is_not_there_is_406(api: Api) -> None:
    status, text, _ = await export(api, "application/xml")
    told = json.loads(text)
    assert (status, told["error"]) == (406, "not_acceptable")
    assert "text/csv" in told["message"]


async def test_no_cell_of_an_export_is_a_formula(api: Api) -> None:
    signs = ("=", "+", "-", "@", "\t", "'=")
    for sign in signs:
        await api.made(title=f"x{sign}", description=f"{sign}cmd|'/c calc'!A0")
    _, text, _ = await export(api, CSV)
    header, *rows = csv.reader(io.StringIO(text))
    place = header.index("description")
    assert [row[place] for row in rows] == [f"'{sign}cmd|'/c calc'!A0" for sign in signs]
    await bring_in(api, text, CSV)
    found = [await api.get(row["task_id"]) for row in (await api.page(order="asc")).body["tasks"]]
    assert [task["description"] for task in found[len(signs) :]] == [f"{sign}cmd|'/c calc'!A0" for sign in signs]


async def test_an_export_of_nothing(api: Api) -> None:
    assert [json.loads((await export(api))[1]), (await export(api, LINES))[1]] == [[], ""]
    assert (await export(api, CSV))[1].split() == [",".join(papers.FIELDS)]


async def test_another_organisation_has_its_own_files(api: Api, stranger: Api) -> None:
    await api.made(title="ours")
    await bring_in(stranger, '[{"title": "theirs"}]')
    assert [task["title"] for task in json.loads((await export(api))[1])] == ["ours"]
    assert [task["title"] for task in json.loads((await export(stranger))[1])] == ["theirs"]


async def test_who_may_not_look_has_no_export_and_who_may_not_change_no_import(
    api: Api, onlooker: Api, scribe: Api, viewer: Api
) -> None:
    assert [(await export(each))[0] for each in (onlooker, viewer, scribe)] == [200, 200, 403]
    answers = [await bring_in(each, '[{"title": "t"}]') for each in (onlooker, viewer, scribe)]
    assert [answer.status for answer in answers] == [403, 403, 200]
    assert await count(api) == 1


async def test_the_doubled_spelling_is_the_same(api: Api) -> None:
    assert (await api.send("POST", "/tasks/tasks/import", [{"title": "t"}])).status == 200
    assert len(json.loads((await export(api, path="/tasks/tasks/export"))[1])) == 1


ALL_OR_NOTHING = "title,status\ngood,\n,pending\nbad,nope\n"


async def test_all_of_a_file_or_nothing(api: Api, services: Services) -> None:
    answer = await bring_in(api, ALL_OR_NOTHING, CSV)
    assert (answer.status, answer.code) == (400, "invalid_file")
    assert "line 3: A task needs a title" in answer.body["message"]
    assert "line 4: Status must be one of: pending" in answer.body["message"]
    assert await count(api) == 0
    async with services.database.read() as reader:
        assert list(await events.after(reader, "task", 0)) == []


async def test_what_is_good_can_be_kept(api: Api) -> None:
    answer = await bring_in(api, ALL_OR_NOTHING, CSV, "?keep_good=true")
    told = [(each["place"], each["error"]) for each in answer.body["errors"]]
    assert (answer.status, answer.body["created"], answer.body["failed"]) == (200, 1, 2)
    assert told == [("line 3", "missing_title"), ("line 4", "invalid_status")]
    assert await api.titles() == ["good"]


async def test_of_many_mistakes_the_first_are_told(api: Api) -> None:
    text = "title,status\n" + "a,nope\n" * 200
    answer = await bring_in(api, text, CSV)
    assert answer.body["message"].count("line ") == 5
    assert answer.body["message"].endswith("; and 195 more")
    answer = await bring_in(api, text, CSV, "?keep_good=true")
    assert (answer.body["created"], answer.body["failed"], len(answer.body["errors"])) == (0, 200, 100)


@pytest.mark.parametrize("value", ["", "yes", "TRUE", "1"])
async def test_whether_to_keep_what_is_good_is_true_or_false(api: Api, value: str) -> None:
    answer = await bring_in(api, '[{"title": "t"}]', JSON, f"?keep_good={value}")
    assert (answer.status, answer.code) == (400, "invalid_keep_good")
    assert await count(api) == 0


@pytest.mark.parametrize("query", ["", "?keep_good=true"])
@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (JSON, '[{"title": "a"},\n{"title" 5}]', "line 2: this is no JSON"),
        (JSON, '[{"title": "a"}, 5]', "task 2: expected a task"),
        (JSON, '{"title": "a"}', "line 1: expected a list of tasks"),
        (JSON, "", "line 1: this is no JSON"),
        (JSON, "[" * 1_000_000, "nested too deep"),
        (JSON, '[{"title": "a", "context": {"n": ' + "9" * 5000 + "}}]", "a number in it is too long"),
        (LINES, '{"title": "a"}\n\n{"title"\n', "line 3: this is no JSON"),
        (CSV, "name\na\n", "line 1: the first line has the names of the fields"),
        (CSV, "title;status\na;b\n", "line 1: the first line has the names of the fields with commas between them"),
        (CSV, 'title\n"a\nb"\na,b\n', "line 4: expected 1 cells, got 2"),
        (CSV, 'title\n"a', "line 2: "),
        (CSV, 'title\na\n"b\nc\0"\n"d', "line 5: "),
    ],
)
async def test_a_file_that_cannot_be_read(api: Api, kind: str, text: str, sentence: str, query: str) -> None:
    answer = await bring_in(api, text, kind, query)
    assert (answer.status, answer.code) == (400, "invalid_file")
    assert sentence in answer.body["message"]
    assert await count(api) == 0


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"title": "a\0b"}, "invalid_title"),
        ({"title": "\ud800"}, "invalid_title"),
        ({"title": 5}, "missing_title"),
        ({"title": "a", "context": {"n": float("inf")}}, "invalid_context"),
        ({"title": "a", "context": []}, "invalid_context"),
        ({"title": "a", "tags": ["x"] * 101}, "invalid_tags"),
        ({"title": "a", "due_date": "soon"}, "invalid_due_date"),
        ({"title": "a", "priority": "asap"}, "invalid_priority"),
        ({"title": "a", "assignee": 5}, "invalid_assignee"),
        ({"title": "a", "description": ["x"]}, "invalid_description"),
        ({"title": "a", "titel": "b"}, "unknown_field"),
    ],
)
async def test_a_field_that_cannot_be_kept(api: Api, field: dict[str, Any], code: str) -> None:
    answer = await bring_in(api, json.dumps([{"title": "good"}, field]), JSON, "?keep_good=true")
    assert (answer.status, answer.body["created"], answer.body["failed"]) == (200, 1, 1)
    assert [(each["place"], each["error"]) for each in answer.body["errors"]] == [("task 2", code)]


async def test_a_file_is_utf_8_with_a_mark_before_it_or_without(api: Api) -> None:
    assert (await bring_in(api, "\ufefftitle\nÜnï\n", CSV)).body["created"] == 1
    assert await api.titles() == ["Ünï"]
    answer = await bring_in(api, b"title\n\xff\xfe\n", CSV)
    assert (answer.status, answer.code) == (400, "invalid_request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/csv; charset=latin-1"])
async def test_a_kind_that_is_not_read_is_415(api: Api, kind: str) -> None:
    answer = await bring_in(api, "title\na\n", kind)
    assert (answer.status, answer.code) == (415, "unsupported_media_type")
    assert await count(api) == 0


async def test_a_file_has_only_so_many_tasks_and_bytes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "MOST", 3)
    answer = await bring_in(api, "title\n" + "a\n" * 4, CSV, "?keep_good=true")
    assert (answer.status, answer.code) == (400, "invalid_file")
    assert "A file can have 3 tasks" in answer.body["message"]
    for headers in ({}, {"Idempotency-Key": "k"}):
        answer = await bring_in(api, "title\n" + "a" * served.MOST_BYTES, CSV, **headers)
        assert (answer.status, answer.code) == (413, "request_too_large")
    assert await count(api) == 0


async def test_x_17_an_import_with_a_key_is_done_once(api: Api) -> None:
    text = json.dumps([{"title": "a", "description": "x" * 2_000_000}])  # larger than bodies are elsewhere
    answers = [await bring_in(api, text, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.body["created"] for answer in answers] == [1, 1]
    assert "Idempotency-Replayed" in answers[1].headers
    assert await count(api) == 1
    assert (await bring_in(api, ALL_OR_NOTHING, CSV, **{"Idempotency-Key": "k"})).status == 422


async def test_each_task_of_an_import_is_one_event(api: Api, services: Services) -> None:
    await bring_in(api, '[{"title": "a"}, {"title": "b"}]')
    async with services.database.read() as reader:
        found = await events.after(reader, "task", 0)
    assert [(event["kind"], event["actor"], event["source"]) for event in found] == [
        ("task_created", "user123", "general_bots")
    ] * 2


class TestLimited:
    """The budget of files."""

    @pytest.fixture
    def rates(self) -> Rates:
        return Rates(transfer=Rate(2, timedelta(hours=1)), create=Rate(1, timedelta(hours=1)))

    async def test_files_have_a_budget_of_their_own(self, api: Api) -> None:
        assert (await bring_in(api, '[{"title": "a"}, {"title": "b"}]')).headers["RateLimit-Remaining"] == "1"
        status, _, headers = await export(api)
        assert (status, headers["RateLimit-Remaining"]) == (200, "0")
        assert (await export(api))[0] == 429
        answer = await bring_in(api, '[{"title": "c"}]')
        assert (answer.status, answer.code) == (429, "rate_limit_exceeded")
        assert await count(api) == 2


@pytest.fixture
async def plain(client: Client) -> AsyncIterator[Plain]:
    """A client that does not look at what it gets."""
    server = cast(TestServer, client.server)
    async with TestClient[web.Request, web.Application](server) as plain:
        yield plain


@pytest.mark.parametrize("kind", KINDS)
async def test_an_export_takes_no_more_memory_than_a_part_of_it(
    api: Api, services: Services, plain: Plain, kind: str
) -> None:
    number, each = 1000, 20_000
    unit = Tasks(UnitOfWork(services.database, services.clock.now()), Actor("user123", "default", "test"))
    for place in range(number):
        await unit.create(NewTask(f"t{place}", "x" * each))
    await unit.work.commit()
    del unit
    headers = {"Authorization": f"Bearer {api.token}", "Accept": kind}
    read = 0
    tracemalloc.start()
    try:
        async with plain.get("/gb/api/v1/tasks/export", headers=headers) as answer:
            async for chunk in answer.content.iter_any():
                read += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read > number * each
    assert peak < 3 * moving.PAGE * each + 2_000_000  # two pages as rows, one of them as text


async def test_an_import_takes_no_more_memory_than_is_said(api: Api, plain: Plain) -> None:
    text = b"title,tags\n" + b"a,x\n" * 1000
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": CSV}
    tracemalloc.start()
    try:
        async with plain.post("/gb/api/v1/tasks/import", data=io.BytesIO(text), headers=headers) as answer:
            assert (await answer.json())["created"] == 1000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000 * 1000  # with which 5,000 are 40 MB


@pytest.mark.parametrize(
    ("kind", "piece"), [(JSON, b"[],"), (JSON, b"{},"), (LINES, b"\n"), (LINES, b"[]\n"), (CSV, b"\n"), (CSV, b"\r")]
)
async def test_a_file_of_nothing_takes_no_more_memory_than_its_bytes(
    api: Api, plain: Plain, kind: str, piece: bytes
) -> None:
    start = {JSON: b"[", LINES: b"", CSV: b"title\n"}[kind]
    text = start + piece * (500_000 // len(piece))
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": kind}
    tracemalloc.start()
    try:
        async with plain.post("/gb/api/v1/tasks/import", data=io.BytesIO(text), headers=headers) as answer:
            assert answer.status in {200, 400}
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * len(text) + 1000 * served.MOST  # what is wrong with each is known
