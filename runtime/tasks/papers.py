"""Tasks on paper: files of JSON, of lines of JSON, and of CSV, as other programs write and read them.

A file of CSV has a line with the names of the fields first. What could be taken for a formula by a program for tables
is written with an apostrophe before it, which reading takes away again. Lists and records stand in a cell as JSON.
"""

import csv
import io
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import due, formulas
from tasktalk.runtime.tasks.changes import as_json
from tasktalk.runtime.tasks.model import Task, spelled

Form: TypeAlias = Literal["json", "jsonl", "csv"]
FORMS: Final[tuple[Form, ...]] = ("json", "jsonl", "csv")

FIELDS: Final = (
    *("task_id", "title", "description", "status", "priority", "assignee", "due_date", "progress"),
    *("time_spent_minutes", "tags", "context", "resolution", "outcomes", "created_by", "created_at", "updated_at"),
    *("completed_by", "completed_at", "space_id", "assignee_type"),
)
"""What is written of a task, in this order."""
GIVEN: Final = (
    *("title", "description", "status", "priority", "assignee", "due_date", "tags", "context", "space_id"),
    "assignee_type",
)
"""What is read of a task; what else FIELDS has is passed over."""

_LONGEST_CELL: Final = 2**24
_DECODER: Final = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")
_LINE_OF_JSON = re.compile(r"[^\n]*\n|[^\n]+")
_LINE_OF_CSV = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_STRUCTURED: Final = ("tags", "context", "outcomes")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file has of one task, and where it stands there: `line 3`, or `task 3` in a list of JSON."""

    place: str
    fields: Mapping[str, Any]


async def written(pages: AsyncIterator[Sequence[Task]], form: Form) -> AsyncGenerator[str]:
    """The file, piece by piece."""
    between = {"csv": _row(FIELDS), "jsonl": "", "json": "[\n"}[form]
    async for page in pages:
        for task in page:
            fields = _fields(task)
            yield between + (_row(_cells(fields)) if form == "csv" else json.dumps(fields, ensure_ascii=False))
            between = {"csv": "", "jsonl": "\n", "json": ",\n"}[form]
    yield {"csv": between, "jsonl": between, "json": "\n]\n" if between == ",\n" else "[]\n"}[form]


def read(text: str, form: Form) -> Iterator[Entry]:
    """What the file has. Raises Refused `invalid_file` with the place where it cannot be read."""
    return {"json": _read_json, "jsonl": _read_lines, "csv": _read_csv}[form](text)


def given(entry: Entry) -> dict[str, object]:
    """The fields of NewTask that an entry gives. Raises Refused `unknown_field` and `invalid_due_date`."""
    if unknown := [name for name in entry.fields if name not in FIELDS]:
        raise Refused("unknown_field", f"There is no field {unknown[0][:100]}; the fields are: {', '.join(FIELDS)}")
    found = {name: value for name, value in entry.fields.items() if name in GIVEN and value is not None}
    if "due_date" in found:
        value = found.pop("due_date")
        moment = due.iso(value.strip()) if isinstance(value, str) else None
        if moment is None:
            raise Refused("invalid_due_date", due.NOT_A_DATE)
        found["due_at"] = moment
    return found


def _fields(task: Task) -> dict[str, object]:
    values = {name: getattr(task, name, None) for name in FIELDS}
    values |= {"task_id": spelled(task.id), "due_date": task.due_at}
    return {name: as_json(value) if isinstance(value, datetime) else value for name, value in values.items()}


def _cells(fields: Mapping[str, object]) -> list[str]:
    return [_cell(name, value) for name, value in fields.items()]


def _cell(name: str, value: object) -> str:
    if value is None or (name in _STRUCTURED and not value):
        return ""
    text = json.dumps(value, ensure_ascii=False) if name in _STRUCTURED else str(value)
    return formulas.prefixed(text)


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _read_json(text: str) -> Iterator[Entry]:
    """One by one: the list as a whole would take many times the space of its text."""
    at = _behind_blanks(text, 0)
    if text[at : at + 1] != "[":
        _parsed(text, "line 1")
        raise _wrong("line 1", "expected a list of tasks: [{…}, {…}]")
    at = _behind_blanks(text, at + 1)
    number = 0
    while number or text[at : at + 1] != "]":
        number += 1
        try:
            fields, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise _no_json(error, _line(text, getattr(error, "pos", at))) from None
        yield Entry(f"task {number}", _record(fields, f"task {number}"))
        at = _behind_blanks(text, at)
        if text[at : at + 1] == "]":
            break
        if text[at : at + 1] != ",":
            raise _wrong(_line(text, at), "this is no JSON: expecting ',' or ']'")
        at = _behind_blanks(text, at + 1)
    if (at := _behind_blanks(text, at + 1)) < len(text):
        raise _wrong(_line(text, at), "this is no JSON: something stands behind the list")


def _behind_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}"


def _read_lines(text: str) -> Iterator[Entry]:
    for number, words in enumerate(_LINE_OF_JSON.finditer(text), 1):
        if words[0].strip():
            yield Entry(f"line {number}", _record(_parsed(words[0], f"line {number}"), f"line {number}"))


def _read_csv(text: str) -> Iterator[Entry]:
    csv.field_size_limit(_LONGEST_CELL)  # what is written is read: the usual limit is 128 KiB
    rows = csv.reader((found[0] for found in _LINE_OF_CSV.finditer(text)), strict=True)
    try:
        names = [name.strip() for name in next(rows, [])]
        if "title" not in names:
            raise _wrong(
                "line 1", "the first line has the names of the fields with commas between them, title among them"
            )
        if twice := [name for name in names if names.count(name) > 1]:
            raise _wrong("line 1", f"the field {twice[0]} is there twice")
        place = f"line {rows.line_num + 1}"
        for cells in rows:
            if any(cells):
                if len(cells) != len(names):
                    raise _wrong(place, f"expected {len(names)} cells, got {len(cells)}")
                named = zip(names, cells, strict=True)
                yield Entry(place, {name: _value(name, cell, place) for name, cell in named if cell != ""})
            place = f"line {rows.line_num + 1}"
    except csv.Error as error:
        raise _wrong(f"line {rows.line_num}", str(error)) from None


def _value(name: str, cell: str, place: str) -> object:
    text = formulas.bare(cell)
    if name == "tags" and not text.lstrip().startswith("["):
        return [tag for tag in map(str.strip, text.split(",")) if tag]
    return _parsed(text, place) if name in _STRUCTURED else text


def _parsed(text: str, place: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_json(error, place) from None


def _no_json(error: ValueError | RecursionError, place: str) -> Refused:
    if isinstance(error, json.JSONDecodeError):
        return _wrong(place, f"this is no JSON: {error.msg.lower()}")
    what = "it is nested too deep" if isinstance(error, RecursionError) else "a number in it is too long"
    return _wrong(place, f"this is no JSON that can be kept: {what}")


def _record(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(place, 'expected a task: {"title": "…"}')
    return value


def _wrong(place: str, what: str) -> Refused:
    return Refused("invalid_file", f"{place}: {what}")
