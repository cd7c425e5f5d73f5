"""Executions, which are the runs of a task: asked for, listed, cancelled."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import TEXT, TIME, answer, one_of, or_null, sent
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.chatbotkit import listing
from tasktalk.bots.dialects.chatbotkit.listing import JSONL, Query
from tasktalk.bots.dialects.chatbotkit.tasks import NAMED
from tasktalk.bots.dialects.chatbotkit.words import ID, MOMENT, actor_of, milliseconds, spelled
from tasktalk.runtime.tasks.runs import Runs
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage.writes import Row

_STANDING: Mapping[str, tuple[str, str]] = {
    "queued": ("idle", "pending"),
    "held": ("running", "pending"),
    "running": ("running", "pending"),
    "completed": ("idle", "success"),
    "failed": ("idle", "failure"),
    "timed_out": ("idle", "failure"),
    "skipped": ("idle", "failure"),
    "cancelled": ("canceled", "failure"),
}
"""Status and outcome of an execution for each status of a run."""

_EXECUTION: Final = answer(
    "TaskExecution",
    {
        "id": TEXT,
        "taskId": ID,
        "conversationId": or_null(TEXT),
        "status": one_of(status for status, _ in _STANDING.values()),
        "outcome": one_of(outcome for _, outcome in _STANDING.values()),
        "summary": TEXT,
        "createdAt": MOMENT,
        "updatedAt": MOMENT,
        "completedAt": or_null(TIME),
    },
)
_NOTHING: Final = sent("Nothing", {})
_TRIGGER: Final = Operation(
    "Trigger a task",
    {200: NAMED},
    body=_NOTHING,
    needs_body=False,
    errors=("task_not_found", "limits_reached", "unknown_field"),
    description="Lets the task run once more as soon as can be; its schedule stays as it is.",
)
_CANCEL: Final = Operation(
    "Cancel what runs for a task",
    {200: NAMED},
    body=_NOTHING,
    needs_body=False,
    errors=("task_not_found", "unknown_field"),
    description="Ends the executions that have not ended. The schedule goes on: `never` is what ends that.",
)
_LIST: Final = Operation(
    "List a task's executions",
    {200: listing.page_of("TaskExecutionList", _EXECUTION)},
    parameters=listing.PAGING,
    errors=("task_not_found", *listing.PAGING_ERRORS),
    other_types={JSONL: listing.line_of("TaskExecutionLine", _EXECUTION)},
)
_CANCEL_ONE: Final = Operation(
    "Cancel an execution",
    {200: answer("CancelledExecution", {"id": TEXT, "taskId": ID})},
    body=_NOTHING,
    needs_body=False,
    errors=("task_not_found", "run_not_found", "unknown_field"),
    description="One that has ended stays as it is.",
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of executions."""
    executions = _Endpoints(services)
    return [
        Endpoint("/task/{taskId}/trigger", {"POST": executions.trigger}, {"POST": _TRIGGER}),
        Endpoint("/task/{taskId}/cancel", {"POST": executions.cancel}, {"POST": _CANCEL}),
        Endpoint("/task/{taskId}/execution/list", {"GET": executions.page}, {"GET": _LIST}, {"GET": "list"}),
        Endpoint(
            "/task/{taskId}/execution/{executionId}/cancel", {"POST": executions.cancel_one}, {"POST": _CANCEL_ONE}
        ),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def trigger(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        refuse_unknown(await json_object(request, may_be_empty=True), ())

        async def action(tasks: Tasks) -> str:
            await Runs(tasks.work, actor).trigger(request.match_info["taskId"])
            return (await tasks.get(request.match_info["taskId"])).id

        return web.json_response({"id": spelled(await units.changing(self._services, actor, action))})

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        refuse_unknown(await json_object(request, may_be_empty=True), ())

        async def action(tasks: Tasks) -> str:
            await Runs(tasks.work, actor).cancel(request.match_info["taskId"])
            return (await tasks.get(request.match_info["taskId"])).id

        return web.json_response({"id": spelled(await units.changing(self._services, actor, action))})

    async def page(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        query = Query(request)
        take = query.take or listing.DEFAULT_TAKE
        runs = Runs(units.reading(self._services, actor).work, actor)
        found = await runs.page(request.match_info["taskId"], take + 1, query.after, query.order)
        page, cursor = listing.cut(found, take, lambda run: str(run["id"]))
        return await listing.answered(request, [_shown(run) for run in page], cursor)

    async def cancel_one(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        refuse_unknown(await json_object(request, may_be_empty=True), ())
        run_id = request.match_info["executionId"]

        async def action(tasks: Tasks) -> str:
            await Runs(tasks.work, actor).cancel_run(request.match_info["taskId"], run_id)
            return (await tasks.get(request.match_info["taskId"])).id

        task_id = await units.changing(self._services, actor, action)
        return web.json_response({"id": run_id, "taskId": spelled(task_id)})


def _shown(run: Row) -> dict[str, Any]:
    status, outcome = _STANDING[run["status"]]
    ended_at = run["ended_at"]
    return {
        "id": run["id"],
        "taskId": spelled(run["task_id"]),
        "conversationId": run["conversation_id"],
        "status": status,
        "outcome": outcome,
        "summary": _summary(run),
        "createdAt": milliseconds(run["created_at"]),
        "updatedAt": milliseconds(ended_at or run["started_at"] or run["created_at"]),
        "completedAt": ended_at and ended_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _summary(run: Row) -> str:
    """What is told of how it went: why it did not go well, or the text that the script returned."""
    if run["reason"]:
        return str(run["reason"])
    value = (run["result"] or {}).get("value")
    return value if isinstance(value, str) else ""
