"""The words of ChatBotKit, in and out, and who speaks them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from tasktalk.bots.api.auth import Who
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.schemas import TEXT, Schema, answer, id_of, one_of, untitled, whole
from tasktalk.runtime.accounts import READ, WRITE
from tasktalk.runtime.tasks.scheduled import Activity

SOURCE: Final = "chatbotkit"

ID: Final = id_of("task_")
MOMENT: Final = whole()
"""Milliseconds since 1970."""

STATUS: Mapping[Activity, str] = {"idle": "idle", "running": "running", "cancelled": "canceled"}
"""Whether something is being done for a task."""

_CODES: Mapping[int, str] = {
    400: "BAD_REQUEST",
    401: "NOT_AUTHENTICATED",
    403: "NOT_AUTHORIZED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    409: "CONFLICT",
    412: "PRECONDITION_FAILED",
    413: "CONTENT_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_ENTITY",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}
_OWN_CODES: Mapping[str, str] = {"limits_reached": "LIMITS_REACHED"}

_DENIED: Mapping[str, str] = {
    READ: "You are not authorized to see tasks",
    WRITE: "You are not authorized to change tasks",
}
_WHO: Final = Who(SOURCE, _DENIED)
identify, actor_of = _WHO.identify, _WHO.actor_of


def shape(problem: Problem) -> web.Response:
    """An error as this interface tells it: {"message": sentence, "code": UPPER_SNAKE}."""
    body = {"message": problem.sentence, "code": _code(problem.code)}
    return web.json_response(body, status=problem.status, headers=problem.headers)


def error_of(codes: Iterable[str]) -> Schema:
    """The body of an answer that is an error with one of these codes."""
    found = answer("Error", {"message": TEXT, "code": one_of(sorted({_code(code) for code in codes}))})
    return untitled(found)


def spelled(task_id: str) -> str:
    """The id as this interface writes it."""
    return f"task_{task_id}"


def milliseconds(moment: datetime | None) -> int | None:
    """A moment as this interface writes it."""
    return None if moment is None else round(moment.timestamp() * 1000)


def _code(code: str) -> str:
    return _OWN_CODES.get(code) or _CODES[Problem(code, "").status]
