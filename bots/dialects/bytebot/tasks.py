"""Tasks: made, read, listed, changed, steered and deleted."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import preconditions, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.exports import streamed
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.repeats import Handler
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import NOT_BLANK, RECORD, TEXT, TIME, Schema, answer, items, one_of, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.visitors import Visitors
from tasktalk.bots.dialects.bytebot import fields, files, listing, messages
from tasktalk.bots.dialects.bytebot.files import Coming, Files
from tasktalk.bots.dialects.bytebot.listing import Query
from tasktalk.bots.dialects.bytebot.messages import Talk
from tasktalk.bots.dialects.bytebot.words import DOCUMENT, LIVE, PRIORITY, Face, actor_of, of_task
from tasktalk.runtime.runs.scripts import has_task_script
from tasktalk.runtime.tasks.attachments import Attachment, Attachments
from tasktalk.runtime.tasks.blocks import text_block
from tasktalk.runtime.tasks.control import Control
from tasktalk.runtime.tasks.messages import Messages
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import TERMINAL
from tasktalk.storage.listing import TaskFilter

_PIECE: Final = 200
"""How many tasks of a list without an end are read at a time."""

_CHANGE_ERRORS: Final = ("task_not_found", "conflict", "blocked_by_dependency")
_NEW_ERRORS: Final = (
    *("unknown_field", "invalid_description", "invalid_title", "invalid_priority", "invalid_type", "invalid_createdby"),
    *("invalid_scheduled_for", "invalid_model", "invalid_context", *files.ERRORS),
)


class _Schemas:
    """What an interface takes and gives."""

    def __init__(self, face: Face) -> None:
        shown: dict[str, Schema] = {
            "id": TEXT,
            "description": TEXT,
            "status": one_of(face.status.words),
            "priority": one_of(PRIORITY.words),
            "createdAt": TIME,
            "updatedAt": TIME,
        }
        if face.is_live:
            shown |= {
                "type": one_of(fields.TYPES),
                "control": one_of(["ASSISTANT", "USER"]),
                "createdBy": one_of(fields.MAKERS),
                "scheduledFor": or_null(TEXT),
                "queuedAt": TIME,
                "executedAt": or_null(TIME),
                "completedAt": or_null(TIME),
                "error": or_null(TEXT),
                "result": or_null(RECORD),
                "model": RECORD,
            }
        self.row = answer("TaskRow", shown)
        self.task = answer("Task", {**shown, "files": items(files.FILE)})
        self.told = answer(
            "TaskWithMessages", {**shown, "files": items(files.FILE), "messages": items(messages.MESSAGE)}
        )
        new: dict[str, Schema] = {
            "description": NOT_BLANK,
            "priority": or_null(one_of(PRIORITY.words)),
            "type": or_null(one_of(fields.TYPES)),
            "scheduledFor": or_null(TIME),
            "createdBy": or_null(one_of(fields.MAKERS)),
            "model": {"type": ["object", "string", "null"]},
            "files": or_null(items(files.SENT_FILE)),
        }
        self.new = sent("NewTask", new, ["description"])
        words = {"description": NOT_BLANK, "priority": one_of(PRIORITY.words)}
        binary: Schema = {"type": "array", "items": {"contentMediaType": "application/octet-stream"}}
        self.form = {**sent("TaskForm", {**words, files.FIELD: binary}, ["description"])}
        self.changes = sent(
            "TaskChanges",
            {"status": one_of(face.status.words), "priority": one_of(PRIORITY.words), "description": NOT_BLANK},
        )


class _Operations:
    """What is told of an interface's methods: the same on every server, so that its document is made once."""

    def __init__(self, face: Face) -> None:
        schemas = _Schemas(face)
        listed: Schema = items(schemas.row)
        if face.is_live:
            listed = answer("TaskPage", {"tasks": listed, "total": whole(0), "totalPages": whole(0)})
        self.create = Operation(
            "Create a task",
            {201: schemas.task},
            schemas.new,
            errors=_NEW_ERRORS,
            other_bodies={"multipart/form-data": schemas.form},
            description="In JSON or as a form with any number of files; a request can have 50 MB.",
        )
        self.every = Operation(
            "List tasks, the newest first",
            {200: listed},
            parameters=listing.parameters(face),
            errors=listing.ERRORS,
            description=f"A page of {listing.DEFAULT_LIMIT}."
            if face.is_live
            else "All of them, or a page where one is asked for.",
        )
        self.first = Operation("Get the task that is in progress, or null", {200: or_null(schemas.task)})
        self.one = Operation("Get a task", {200: schemas.told}, errors=("task_not_found",), is_versioned=True)
        self.delete = Operation("Delete a task", {204: None}, errors=("task_not_found", "conflict"), is_versioned=True)
        of_fields = ("unknown_field", "invalid_status", "invalid_priority", "invalid_description", "task_over")
        self.update = Operation(
            "Update a task",
            {200: schemas.task},
            schemas.changes,
            errors=(*_CHANGE_ERRORS, *of_fields),
            is_versioned=True,
        )
        model = answer("Model", {"provider": TEXT, "name": TEXT, "title": TEXT})
        self.models = Operation("List the bots that can be given a task, as models", {200: items(model)})
        self.say = Operation(
            "Say something to whoever does a task",
            {201: schemas.task},
            messages.SAYING,
            errors=messages.SAYING_ERRORS,
            description="A script that waits to hear something goes on with it.",
        )

        def steering(summary: str, error: str) -> Operation:
            return Operation(summary, {200: schemas.task}, errors=(*_CHANGE_ERRORS, error), is_versioned=True)

        self.take_over = steering("Take a task over from its bot", "not_with_bot")
        self.resume = steering("Give a task back to its bot", "not_with_person")
        self.cancel = steering("Cancel a task and all that is done for it", "task_over")


_OPERATIONS: Final = {face.is_live: _Operations(face) for face in (DOCUMENT, LIVE)}


def endpoints(services: Services, face: Face, who: Visitors) -> list[Endpoint]:
    """What one of the two serves."""
    tasks, talk, told = _Endpoints(services, face, who), Talk(services, who), _OPERATIONS[face.is_live]
    spent = {"PATCH": "update", "DELETE": "update"}
    single: dict[str, Any] = {"GET": of_task(tasks.get), "DELETE": of_task(tasks.delete)}
    said = {"GET": told.one, "DELETE": told.delete}
    if not face.is_live:
        single["PATCH"], said["PATCH"] = of_task(tasks.update), told.update
    return [
        Endpoint(
            "/tasks",
            {"POST": tasks.create, "GET": tasks.page},
            {"POST": told.create, "GET": told.every},
            {"POST": "create", "GET": "list"},
            files.MOST_BYTES,
        ),
        Endpoint("/tasks/in-progress", {"GET": tasks.in_progress}, {"GET": told.first}),
        *(_live(tasks, talk, told) if face.is_live else ()),
        Endpoint("/tasks/{id}", single, said, {method: kind for method, kind in spent.items() if method in single}),
        Endpoint(
            "/tasks/{id}/files/{fileId}", {"GET": of_task(Files(services, who).download)}, {"GET": files.DOWNLOAD}
        ),
    ]


def _live(tasks: "_Endpoints", talk: Talk, told: _Operations) -> list[Endpoint]:
    """What the server that is shipped has besides."""

    def steered(verb: str, handler: Handler, operation: Operation) -> Endpoint:
        return Endpoint(f"/tasks/{{id}}/{verb}", {"POST": of_task(handler)}, {"POST": operation}, {"POST": "update"})

    async def said(request: web.Request) -> web.Response:
        await talk.say(request)
        return await tasks.now(request, 201)

    return [
        Endpoint("/tasks/models", {"GET": tasks.models}, {"GET": told.models}),
        Endpoint(
            "/tasks/{id}/messages",
            {"GET": of_task(talk.page), "POST": of_task(said)},
            {"GET": messages.PAGE, "POST": told.say},
            {"POST": "update"},
        ),
        Endpoint("/tasks/{id}/messages/raw", {"GET": of_task(talk.page)}, {"GET": messages.PAGE}),
        Endpoint("/tasks/{id}/messages/processed", {"GET": of_task(talk.grouped)}, {"GET": messages.GROUPED}),
        steered("takeover", tasks.take_over, told.take_over),
        steered("resume", tasks.resume, told.resume),
        steered("cancel", tasks.cancel, told.cancel),
    ]


class _Endpoints:
    def __init__(self, services: Services, face: Face, who: Visitors) -> None:
        self._services, self._face, self._who = services, face, who

    async def create(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._who)
        async with files.read(request, self._services) as (sent_fields, coming):
            new = fields.new_task(sent_fields, self._services.bots, self._services.clock.now())

            async def action(tasks: Tasks) -> tuple[Task, list[Attachment]]:
                task = await tasks.create(new)
                Messages(tasks).begin(task, [text_block(sent_fields["description"])])
                attached = await _attach(tasks, task, coming)
                return await tasks.get(task.id), attached

            task, attached = await units.changing(self._services, actor, action)
        shown = {**self._row(task), "files": files.shown(request, attached)}
        return preconditions.changed(web.json_response(shown, status=201), task.version)

    async def get(self, request: web.Request) -> web.StreamResponse:
        tasks = await self._reading(request)
        task = await tasks.get(request.match_info["id"])
        shown = {**await self._shown(request, tasks, task), "messages": await messages.of_task(tasks, task)}
        return preconditions.shown(request, web.json_response(shown), task.version)

    async def in_progress(self, request: web.Request) -> web.StreamResponse:
        tasks = await self._reading(request)
        task = await tasks.first_begun()
        return web.json_response(None if task is None else await self._shown(request, tasks, task))

    async def page(self, request: web.Request) -> web.StreamResponse:
        tasks, query = await self._reading(request), Query(request)
        matching = query.filter(self._face)
        if not self._face.is_live and not query.is_paged:
            return await streamed(request, self._every(tasks, matching), "application/json; charset=utf-8")
        number, limit = query.page()
        found, total = await tasks.page(matching, page=number, limit=limit)
        rows = await self._rows(tasks, found)
        return web.json_response(listing.paged(rows, total, limit) if self._face.is_live else rows)

    async def update(self, request: web.Request) -> web.StreamResponse:
        actor, sent_fields = await actor_of(request, self._who), await json_object(request)

        async def action(tasks: Tasks) -> Task:
            task = await tasks.get(request.match_info["id"])
            preconditions.demand(request, task.version)
            asked = fields.changes(self._face, sent_fields, task)
            if task.status in TERMINAL and asked.get("status", task.status) != task.status:
                shown = self._face.status.show(task.status)
                raise Problem("task_over", f"A task that is {shown} keeps its status")
            return (await tasks.update(task.id, asked))[0]

        return await self._changed(request, await units.changing(self._services, actor, action))

    async def delete(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._who)

        async def action(tasks: Tasks) -> Task:
            preconditions.demand(request, (await tasks.get(request.match_info["id"])).version)
            return await tasks.delete(request.match_info["id"])

        await units.changing(self._services, actor, action)
        return web.Response(status=204)

    async def take_over(self, request: web.Request) -> web.StreamResponse:
        return await self._steer(request, "take_over")

    async def resume(self, request: web.Request) -> web.StreamResponse:
        return await self._steer(request, "give_back")

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        return await self._steer(request, "cancel")

    async def models(self, request: web.Request) -> web.StreamResponse:
        await self._reading(request)
        bots = self._services.bots
        names = [name for name in bots.names() if has_task_script(bots, name)]
        return web.json_response([{"provider": "tasktalk", "name": name, "title": name} for name in names])

    async def now(self, request: web.Request, status: int = 200) -> web.Response:
        """The task of the path as it stands."""
        tasks = await self._reading(request)
        shown = await self._shown(request, tasks, await tasks.get(request.match_info["id"]))
        return web.json_response(shown, status=status)

    async def _steer(self, request: web.Request, verb: str) -> web.StreamResponse:
        actor = await actor_of(request, self._who)

        async def action(tasks: Tasks) -> Task:
            task_id, control = request.match_info["id"], Control(tasks)
            preconditions.demand(request, (await tasks.get(task_id)).version)
            verbs = {"take_over": control.take_over, "give_back": control.give_back, "cancel": control.cancel}
            return await verbs[verb](task_id)

        task = await units.changing(self._services, actor, action)
        return await self._changed(request, task, is_with_person=verb == "take_over")

    async def _changed(self, request: web.Request, task: Task, *, is_with_person: bool = False) -> web.Response:
        attached = await _attached(await self._reading(request), task)
        shown = {**self._row(task, is_with_person=is_with_person), "files": files.shown(request, attached)}
        return preconditions.changed(web.json_response(shown), task.version)

    async def _reading(self, request: web.Request) -> Tasks:
        return units.reading(self._services, await actor_of(request, self._who))

    async def _shown(self, request: web.Request, tasks: Tasks, task: Task) -> dict[str, object]:
        [row] = await self._rows(tasks, [task])
        return {**row, "files": files.shown(request, await _attached(tasks, task))}

    async def _rows(self, tasks: Tasks, found: Sequence[Task]) -> list[Mapping[str, object]]:
        held = await Control(tasks).with_person(found) if self._face.is_live else ()
        return [self._row(task, is_with_person=task.id in held) for task in found]

    def _row(self, task: Task, *, is_with_person: bool = False) -> dict[str, object]:
        row = fields.shown(self._face, task)
        return {**row, **fields.more_shown(task, is_with_person=is_with_person)} if self._face.is_live else row

    async def _every(self, tasks: Tasks, matching: TaskFilter) -> AsyncGenerator[str | bytes]:
        """All tasks as one JSON list, a piece at a time."""
        last, joint = None, "["
        given: dict[str, Any] = {"statuses": matching.statuses, "with_scheduled": matching.with_scheduled}
        while found := await tasks.older(last, _PIECE, **given):
            last = found[-1]
            for row in await self._rows(tasks, found):
                yield joint + json.dumps(row)
                joint = ", "
        yield "[]" if joint == "[" else "]"


async def _attached(tasks: Tasks, task: Task) -> Sequence[Attachment]:
    """Its first files: most tasks have none, and then nobody is asked for them."""
    return (await Attachments(tasks).page(task.id, 1, files.MOST_SHOWN))[0] if task.attachments_count else []


async def _attach(tasks: Tasks, task: Task, coming: Sequence[Coming]) -> list[Attachment]:
    attachments = Attachments(tasks)
    return [await attachments.add(task.id, file.storing, file.name, file.mime_type) for file in coming]
