"""The words of TeamDay, in and out, and who speaks them."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web

from tasktalk.bots.api import problems
from tasktalk.bots.api.auth import Who
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.schemas import TEXT, Schema, answer, id_of, one_of, untitled
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.runtime.accounts import READ, WRITE
from tasktalk.runtime.tasks.changes import ASSIGNEE_TYPES
from tasktalk.runtime.tasks.statuses import PLAIN, PRIORITIES, Priority, Status

SOURCE: Final = "teamday"
ID: Final = id_of("task_")

STATUS = Vocabulary[Status](
    "invalid_status",
    "Status",
    PLAIN,
    {"pending": "pending", "in_progress": "in_progress", "completed": "completed", "cancelled": "cancelled"},
)
PRIORITY = Vocabulary[Priority](
    "invalid_priority", "Priority", {each: each for each in PRIORITIES}, {each: each for each in PRIORITIES}
)

_SENTENCES: Mapping[str, str] = {
    "unauthorized": "Invalid or expired token",
    "task_not_found": "Task not found",
    "missing_title": "Missing required field: title",
    "invalid_status": f"Invalid status. Must be: {', '.join(STATUS.words)}",
    "invalid_priority": f"Invalid priority. Must be: {', '.join(PRIORITY.words)}",
    "invalid_assignee_type": f"Invalid assigneeType. Must be: {', '.join(ASSIGNEE_TYPES)}",
}
"""What is said of these, in the document's own words where it has some."""

_PHRASES: Mapping[int, str] = {413: "Content Too Large", 422: "Unprocessable Content"}
"""Where Python has another one, or does not always have the same."""

_DENIED: Mapping[str, str] = {
    READ: "You are not allowed to see tasks",
    WRITE: "You are not allowed to change tasks",
}
_WHO: Final = Who(SOURCE, _DENIED)
identify, actor_of = _WHO.identify, _WHO.actor_of


def status_of(code: str) -> int:
    """The HTTP status for a code. A database that cannot be used is 500 here, as the document says."""
    status = problems.status_of(code)
    return 500 if status == 503 else status


def shape(problem: Problem) -> web.Response:
    """An error as this interface tells it: {"error": true, "statusCode", "statusMessage", "message"}."""
    status = status_of(problem.code)
    body = {
        "error": True,
        "statusCode": status,
        "statusMessage": _phrase(status),
        "message": _SENTENCES.get(problem.code, problem.sentence),
    }
    return web.json_response(body, status=status, headers=problem.headers)


def error_of(codes: Iterable[str]) -> Schema:
    """The body of an answer that is an error with one of these codes."""
    statuses = sorted({status_of(code) for code in codes})
    fields: Mapping[str, Schema] = {
        "error": {"type": "boolean", "enum": [True]},
        "statusCode": {"type": "integer", "enum": statuses},
        "statusMessage": one_of(_phrase(status) for status in statuses),
        "message": TEXT,
    }
    return untitled(answer("Error", fields))


def spelled(task_id: str) -> str:
    """The id as this interface writes it."""
    return f"task_{task_id}"


def _phrase(status: int) -> str:
    return _PHRASES.get(status) or HTTPStatus(status).phrase
