"""All tasks out as a file, and those of a file in: JSON, lines of JSON or CSV, the same as `tasktalk tasks` has."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import read_text
from tasktalk.bots.api.exports import named, sent_as, streamed, wanted
from tasktalk.bots.api.routing import Endpoint, Operation, Parameter
from tasktalk.bots.api.schemas import (
    ANYTHING,
    RECORD,
    TEXT,
    TIME,
    YES_OR_NO,
    Schema,
    answer,
    items,
    number,
    one_of,
    or_null,
    sent,
    whole,
)
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.listing import Query
from tasktalk.bots.dialects.general_bots.words import TASK_ID, actor_of
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import moving, papers
from tasktalk.runtime.tasks.changes import ASSIGNEE_TYPES
from tasktalk.runtime.tasks.moving import Wrong
from tasktalk.runtime.tasks.papers import FIELDS, GIVEN, Form
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import PRIORITIES, STATUSES

MOST: Final = 5000
"""How many tasks one request brings in; as they are one write set, they take some 40 MB of memory together."""
MOST_BYTES: Final = 8 * 1024 * 1024
TOLD_WRONG: Final = 100
_SAID_WRONG: Final = 5

_FORMS: Mapping[str, Form] = {
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "text/csv": "csv",
}
_OTHERS: Mapping[str, Schema] = {kind: TEXT for kind in _FORMS if kind != "application/json"}

_WRITTEN: Mapping[str, Schema] = {
    "task_id": TASK_ID,
    "title": TEXT,
    "description": TEXT,
    "status": one_of(STATUSES),
    "priority": one_of(PRIORITIES),
    "assignee": or_null(TEXT),
    "due_date": or_null(TIME),
    "progress": whole(0, 100),
    "time_spent_minutes": number(0),
    "tags": items(TEXT),
    "context": RECORD,
    "resolution": or_null(TEXT),
    "outcomes": or_null(items(TEXT)),
    "created_by": TEXT,
    "created_at": TIME,
    "updated_at": TIME,
    "completed_by": or_null(TEXT),
    "completed_at": or_null(TIME),
    "space_id": or_null(TEXT),
    "assignee_type": or_null(one_of(ASSIGNEE_TYPES)),
}
_ENTRY: Final = sent("TaskOfFile", dict.fromkeys(FIELDS, ANYTHING))
"""Whatever its fields have: with `keep_good` a wrong one is told in the answer."""
_EXPORT: Final = Operation(
    "Get all tasks as a file",
    {200: items(answer("WrittenTask", _WRITTEN))},
    other_types=_OTHERS,
    errors=("not_acceptable",),
    description="The eldest first, scheduled ones too, with the statuses and priorities that scripts know. Accept says "
    "whether it is JSON, lines of JSON or CSV.",
)
_IMPORT: Final = Operation(
    "Make a task of each entry of a file",
    {
        200: answer(
            "Import",
            {
                "created": whole(0, MOST),
                "failed": whole(0, MOST),
                "errors": items(answer("WrongEntry", {"place": TEXT, "error": TEXT, "message": TEXT}), TOLD_WRONG),
            },
        )
    },
    body=items(_ENTRY, MOST),
    other_bodies=_OTHERS,
    parameters=(
        Parameter("keep_good", YES_OR_NO, "true makes those with which nothing is wrong, if others are wrong"),
    ),
    errors=("invalid_file", "invalid_keep_good", "unsupported_media_type"),
    description=f"Read are {', '.join(GIVEN)}, as they are in an export, of which the rest is passed over. All of them "
    f"are made, or none when anything is wrong, unless keep_good is true: {MOST:,} at most, in {MOST_BYTES:,} bytes.",
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of files of tasks."""
    moving = _Endpoints(services)
    return [
        Endpoint("/tasks/export", {"GET": moving.out}, {"GET": _EXPORT}, {"GET": "transfer"}),
        Endpoint("/tasks/import", {"POST": moving.bring_in}, {"POST": _IMPORT}, {"POST": "transfer"}, MOST_BYTES),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._one_at_a_time = asyncio.Lock()  # for the space that they take

    async def out(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        kind = wanted(request, list(_FORMS))
        form = _FORMS[kind]
        pieces = papers.written(moving.out(self._services.database, actor.organisation_id), form)
        content_type = "text/csv; charset=utf-8; header=present" if form == "csv" else kind
        return await streamed(request, pieces, content_type, {"Content-Disposition": named(f"tasks.{form}")})

    async def bring_in(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        form = _FORMS[sent_as(request, list(_FORMS))]
        keeps_good = Query(request).choice("keep_good", {"true": True, "false": False}, "false")
        text = (await read_text(request)).removeprefix("\ufeff")

        async def action(tasks: Tasks) -> tuple[int, list[Wrong]]:
            count, wrong = await moving.gathered(tasks, papers.read(text, form), MOST)
            if wrong and not keeps_good:
                raise Refused("invalid_file", _said(wrong))
            return count, wrong

        async with self._one_at_a_time:
            count, wrong = await units.changing(self._services, actor, action)
        told = [
            {"place": each.entry.place, "error": each.refused.code, "message": each.refused.message}
            for each in wrong[:TOLD_WRONG]
        ]
        return web.json_response({"created": count, "failed": len(wrong), "errors": told})


def _said(wrong: Sequence[Wrong]) -> str:
    said = "; ".join(f"{each.entry.place}: {each.refused.message}" for each in wrong[:_SAID_WRONG])
    more = f"; and {len(wrong) - _SAID_WRONG:,} more" if len(wrong) > _SAID_WRONG else ""
    return f"No task is made: {said}{more}"
