"""Exports and imports: the same three forms out and in. In CSV the meta of a task is YAML, in a cell of its own."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_value, read_text
from tasktalk.bots.api.exports import named, sent_as, streamed, wanted
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import TEXT, answer, items, sent
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.chatbotkit import listing, yaml_text
from tasktalk.bots.dialects.chatbotkit.fields import ERRORS, KNOWN, READ_ONLY, as_decided, new_task
from tasktalk.bots.dialects.chatbotkit.listing import JSON, JSONL, NEXT, Query
from tasktalk.bots.dialects.chatbotkit.tasks import CONFIGURED, configured
from tasktalk.bots.dialects.chatbotkit.words import ID, actor_of, spelled
from tasktalk.bots.dialects.settings import ChatBotKit
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import formulas
from tasktalk.runtime.tasks.model import NewTask, Task
from tasktalk.runtime.tasks.scheduled import Scheduled, ScheduledTasks
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage.scheduled_tasks import Order, ScheduledFilter

CSV: Final = "text/csv"
PAGE: Final = 200
"""So many tasks of an export are in memory at once."""
MOST_IMPORTED: Final = 5000
MOST_BYTES: Final = 8 * 1024 * 1024

_Writer: TypeAlias = Callable[[AsyncGenerator[Mapping[str, Any]], str], AsyncGenerator[str]]
_Reader: TypeAlias = Callable[[str], Iterator[tuple[str, Any]]]

_EXPORTED: Final = answer("ExportedTask", CONFIGURED)
_EXPORT: Final = Operation(
    "Export tasks",
    {200: listing.page_of("TaskExport", _EXPORTED)},
    parameters=listing.PAGING,
    errors=(*listing.PAGING_ERRORS, "invalid_meta"),
    description="All of them unless `take` says how many; in JSONL and CSV the header x-cursor has the next cursor. "
    + listing.ANY_META,
    other_types={JSONL: listing.line_of("ExportedLine", _EXPORTED), CSV: TEXT},
)
_IMPORT: Final = Operation(
    "Import tasks",
    {200: answer("ImportedTasks", {"ids": items(ID)})},
    body=sent("TasksToImport", {"items": items({"type": "object"}, MOST_IMPORTED), "cursor": TEXT}, ["items"]),
    other_bodies={JSONL: TEXT, CSV: TEXT},
    errors=(*ERRORS, "invalid_file", "unsupported_media_type", "conflict"),
    description="Makes a new task of each entry of an export: all of them, or none when anything is wrong.",
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of exports and imports."""
    transfers = _Endpoints(services)
    return [
        Endpoint("/task/export", {"GET": transfers.out}, {"GET": _EXPORT}, {"GET": "transfer"}),
        Endpoint("/task/import", {"POST": transfers.bring_in}, {"POST": _IMPORT}, {"POST": "transfer"}, MOST_BYTES),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services, self._decided = services, services.dialects.chatbotkit
        cell, text = (formulas.prefixed, formulas.bare) if self._decided.csv_formulas == "prefix" else (str, str)
        self._writers: Mapping[str, _Writer] = {JSON: _json, JSONL: _jsonl, CSV: partial(_csv, cell)}
        self._readers: Mapping[str, _Reader] = {JSON: _from_json, JSONL: _from_jsonl, CSV: partial(_from_csv, text)}

    async def out(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        kind = wanted(request, (JSON, JSONL, CSV))
        query = Query(request)
        matching = ScheduledFilter(meta=query.meta())
        export = Export(units.reading(self._services, actor), matching, query.order, query.after, query.take)
        first, cursor = await export.first()
        written = self._writers[kind](export.all(first), cursor)
        ending = {JSON: "json", JSONL: "jsonl", CSV: "csv"}[kind]
        content_type = f"{CSV}; charset=utf-8; header=present" if kind == CSV else kind
        headers = {NEXT: cursor, "Content-Disposition": named(f"tasks.{ending}")}
        return await streamed(request, written, content_type, headers)

    async def bring_in(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        kind = sent_as(request, (JSON, JSONL, CSV))
        text, entries = await read_text(request), self._readers[kind]
        new = await asyncio.to_thread(lambda: list(_new_tasks(entries(text), self._decided)))  # others are served

        async def action(tasks: Tasks) -> list[Task]:
            return [await _made(tasks, place, each) for place, each in new]

        made = await units.changing(self._services, actor, action)
        return web.json_response({"ids": [spelled(task.id) for task in made]})


class Export:
    """The tasks of an export, of which a page is in memory: all there are behind `after`, or `take` of them."""

    def __init__(
        self, tasks: Tasks, matching: ScheduledFilter, order: Order, after: str | None, take: int | None
    ) -> None:
        self._tasks, self._matching = ScheduledTasks(tasks), matching
        self._order, self._after, self._take = order, after, take

    async def first(self) -> tuple[Sequence[Scheduled], str]:
        """The first of them, and the cursor behind the export: empty where it has all there are."""
        take = self._take or PAGE
        found = await self._page(self._after, take + 1)
        page, cursor = listing.cut(found, take, lambda each: spelled(each.task.id))
        return page, cursor if self._take else ""

    async def all(self, first: Sequence[Scheduled]) -> AsyncGenerator[Mapping[str, Any]]:
        """Each of them as it is shown."""
        page = first
        while page:
            for each in page:
                yield configured(each)
            is_last = self._take is not None or len(page) < PAGE
            page = [] if is_last else await self._page(page[-1].task.id, PAGE)

    async def _page(self, after: str | None, limit: int) -> Sequence[Scheduled]:
        return await self._tasks.page(self._matching, order=self._order, after=after, limit=limit, has_runs=False)


async def _json(tasks: AsyncGenerator[Mapping[str, Any]], cursor: str) -> AsyncGenerator[str]:
    between = '{"items": ['
    async for task in tasks:
        yield between + json.dumps(task, ensure_ascii=False)
        between = ",\n"
    yield f'{between if between.startswith("{") else ""}], "cursor": {json.dumps(cursor)}}}\n'


async def _jsonl(tasks: AsyncGenerator[Mapping[str, Any]], cursor: str) -> AsyncGenerator[str]:
    async for task in tasks:
        yield listing.line(task)


async def _csv(
    cell: Callable[[str], str], tasks: AsyncGenerator[Mapping[str, Any]], cursor: str
) -> AsyncGenerator[str]:
    yield _row(list(CONFIGURED))
    async for task in tasks:
        meta = yaml_text.written(task["meta"]) if task["meta"] else ""
        values = {**task, "meta": meta}.values()
        yield _row(["" if value is None else cell(str(value)) for value in values])


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _from_json(text: str) -> Iterator[tuple[str, Any]]:
    value = json_value(text)
    if isinstance(value, dict) and not isinstance(value.get("cursor", ""), str):
        raise Refused("invalid_file", "cursor must be a text")  # which an export has written, and nobody needs here
    found = value.get("items") if isinstance(value, dict) else value
    if not isinstance(found, list):
        raise Refused("invalid_file", 'Expected {"items": […]} or a list of tasks')
    for number, each in enumerate(found, 1):
        yield f"item {number}", each


def _from_jsonl(text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                value = json_value(line)
            except Problem as problem:
                raise Refused("invalid_file", f"line {number}: {problem.message}") from None
            is_item = isinstance(value, dict) and value.get("type") == "item" and "data" in value
            yield f"line {number}", value["data"] if is_item else value


def _from_csv(text_of: Callable[[str], str], text: str) -> Iterator[tuple[str, Any]]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = next(rows, [])
        if len(set(names)) != len(names):
            raise Refused("invalid_file", "line 1: a field is there twice")
        if unknown := [name for name in names if name not in {*KNOWN, *READ_ONLY}]:
            raise Refused("invalid_file", f"line 1: there is no field {unknown[0][:100]}")
        place = f"line {rows.line_num + 1}"
        for cells in rows:
            if cells:
                if len(cells) != len(names):
                    raise Refused("invalid_file", f"{place}: expected {len(names)} cells, got {len(cells)}")
                named_cells = zip(names, cells, strict=True)
                yield place, {name: _value(name, text_of(cell), place) for name, cell in named_cells if cell != ""}
            place = f"line {rows.line_num + 1}"
    except csv.Error as error:
        raise Refused("invalid_file", f"line {rows.line_num}: {error}") from None


def _value(name: str, cell: str, place: str) -> object:
    if name == "meta":
        try:
            return yaml_text.read(cell)
        except Refused as refused:
            raise _at(place, refused) from None
    if name == "sessionDuration" and cell.isascii() and cell.isdigit() and len(cell) < 20:
        return int(cell)
    return cell


def _new_tasks(entries: Iterator[tuple[str, Any]], decided: ChatBotKit) -> Iterator[tuple[str, NewTask]]:
    for count, (place, entry) in enumerate(entries, 1):
        if count > MOST_IMPORTED:
            raise Refused("invalid_file", f"At most {MOST_IMPORTED:,} tasks come in at once: divide them")
        if not isinstance(entry, dict):
            raise Refused("invalid_file", f"{place}: expected a task, an object")
        given = {name: value for name, value in entry.items() if name not in READ_ONLY}
        try:
            yield place, new_task(as_decided(given, decided), from_export=True)
        except Refused as refused:
            raise _at(place, refused) from None


async def _made(tasks: Tasks, place: str, new: NewTask) -> Task:
    try:
        return await tasks.create(new)
    except Refused as refused:
        raise _at(place, refused) from None


def _at(place: str, refused: Refused) -> Refused:
    return Refused(refused.code, f"{place}: {refused.message}", refused.hint)
