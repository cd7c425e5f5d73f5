"""A task's executions as they begin and end, told line by line for as long as somebody listens."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.gate import TOLD
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import TEXT, answer, one_of, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.chatbotkit.listing import JSONL
from tasktalk.bots.dialects.chatbotkit.words import MOMENT, actor_of, milliseconds
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.runs import Runs
from tasktalk.storage.writes import Row

MOST_HISTORY: Final = 100
PAUSE_SECONDS = 1.0
"""How long something that happens waits to be told, at most."""
MOST_LOOKS: Final = 3600
"""After so many looks a stream ends; who wants more subscribes again."""
_PAGE: Final = 100

_ACTION: Final = answer("Action", {"id": TEXT, "kind": one_of(["function"]), "name": TEXT})
_LINE: Final = {
    "oneOf": [
        answer(
            "Operation",
            {
                "type": one_of(["operationBegin", "operationEnd"]),
                "createdAt": MOMENT,
                "data": answer("OperationOfTask", {"id": TEXT, "action": _ACTION}),
            },
        ),
        answer(
            "OperationError",
            {
                "type": one_of(["error"]),
                "createdAt": MOMENT,
                "data": answer("ErrorOfOperation", {"code": TEXT, "message": TEXT}),
            },
        ),
    ]
}
_SUBSCRIBE: Final = Operation(
    "Subscribe to a task's executions",
    {200: _LINE},
    body=sent("Subscription", {"historyLength": whole(0, MOST_HISTORY)}),
    needs_body=False,
    errors=("task_not_found", "unknown_field", "invalid_history"),
    description="A line when an execution begins and one when it ends, before that one with what went wrong. "
    "`historyLength` of the lines before come first. The stream ends with the task, and after an hour.",
    answer_type=JSONL,
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of subscriptions."""
    subscriptions = _Endpoints(services)
    return [Endpoint("/task/{taskId}/subscribe", {"POST": subscriptions.subscribe}, {"POST": _SUBSCRIBE})]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def subscribe(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        body = await json_object(request, may_be_empty=True)
        refuse_unknown(body, ("historyLength",))
        history = body.get("historyLength", 0)
        if isinstance(history, bool) or not isinstance(history, int) or not 0 <= history <= MOST_HISTORY:
            raise Refused("invalid_history", f"historyLength must be a whole number from 0 to {MOST_HISTORY}")
        told = _Told(self._services, actor, request.match_info["taskId"])
        before = await told.since()
        response = web.StreamResponse(headers={"Content-Type": JSONL, **request.get(TOLD, {})})
        await response.prepare(request)
        try:
            await _write(response, before[-history:] if history else [])
            for _ in range(MOST_LOOKS):
                await asyncio.sleep(PAUSE_SECONDS)
                if request.transport is None or request.transport.is_closing():
                    break
                await _write(response, await told.since())
            await response.write_eof()
        except Refused:
            await response.write_eof()  # the task is gone
        except ConnectionError:
            pass  # nobody listens any more
        return response


class _Told:
    """What has been told of one task: each run when it has begun, and when it has ended."""

    def __init__(self, services: Services, actor: Actor, task_id: str) -> None:
        self._services, self._actor, self._task_id = services, actor, task_id
        self._all_up_to: str | None = None
        """All runs up to this one have ended, and everything was told of them."""
        self._counts: dict[str, int] = {}
        """How many lines were told of each of the others."""

    async def since(self) -> list[dict[str, Any]]:
        """The lines that are new, by their time; at first those of the newest runs. Refuses `task_not_found`."""
        runs = Runs(units.reading(self._services, self._actor).work, self._actor)
        if self._all_up_to is None:
            newest = await runs.page(self._task_id, MOST_HISTORY + 1)
            self._all_up_to = newest[-1]["id"] if len(newest) > MOST_HISTORY else ""
        found: list[dict[str, Any]] = []
        after, is_whole = self._all_up_to, True
        while page := await runs.page(self._task_id, _PAGE, after, "asc"):
            for run in page:
                lines = _lines(run)
                found += lines[self._counts.get(run["id"], 0) :]
                self._counts[run["id"]] = max(len(lines), self._counts.get(run["id"], 0))
                is_whole = is_whole and run["ended_at"] is not None
                if is_whole:
                    self._all_up_to = run["id"]
                    self._counts.pop(run["id"])
            after = page[-1]["id"]
        return sorted(found, key=lambda line: int(line["createdAt"]))


def _lines(run: Row) -> list[dict[str, Any]]:
    """What there is to tell of a run by now."""
    operation = {"id": run["id"], "action": {"id": run["id"], "kind": "function", "name": run["script"]}}
    begun_at, ended_at = run["started_at"] or run["ended_at"], run["ended_at"]
    lines: list[dict[str, Any]] = []
    if begun_at is not None:
        lines.append({"type": "operationBegin", "createdAt": milliseconds(begun_at), "data": operation})
    if ended_at is not None:
        if run["status"] != "completed":
            wrong = {"code": run["status"].upper(), "message": run["reason"] or ""}
            lines.append({"type": "error", "createdAt": milliseconds(ended_at), "data": wrong})
        lines.append({"type": "operationEnd", "createdAt": milliseconds(ended_at), "data": operation})
    return lines


async def _write(response: web.StreamResponse, lines: Sequence[Mapping[str, Any]]) -> None:
    for line in lines:
        await response.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
