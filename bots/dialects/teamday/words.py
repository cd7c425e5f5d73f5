"""The words of TeamDay, in and out, and who speaks them."""

from collections.abc import Iterable, Mapping
from typing import Final

from aiohttp import web

from tasktalk.bots.api import auth, problems
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.schemas import TEXT, Schema, answer, id_of, one_of
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.runtime.accounts import READ, WRITE, Identity
from tasktalk.runtime.tasks.changes import ASSIGNEE_TYPES
from tasktalk.runtime.tasks.model import Actor
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

_MESSAGES: Mapping[int, str] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
}

_DENIED: Mapping[str, str] = {
    READ: "You are not allowed to see tasks",
    WRITE: "You are not allowed to change tasks",
}


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
        "statusMessage": _MESSAGES[status],
        "message": _SENTENCES.get(problem.code, problem.sentence),
    }
    return web.json_response(body, status=status, headers=problem.headers)


def error_of(codes: Iterable[str]) -> Schema:
    """The body of an answer that is an error with one of these codes."""
    statuses = sorted({status_of(code) for code in codes})
    fields: Mapping[str, Schema] = {
        "error": {"type": "boolean", "enum": [True]},
        "statusCode": {"type": "integer", "enum": statuses},
        "statusMessage": one_of(_MESSAGES[status] for status in statuses),
        "message": TEXT,
    }
    return {name: value for name, value in answer("Error", fields).items() if name != "title"}


async def identify(request: web.Request, services: Services) -> Identity:
    """Who sends the request. Raises Problem as `auth.identify` does."""
    return await auth.identify(request, services.accounts, _DENIED)


async def actor_of(request: web.Request, services: Services) -> Actor:
    """Who sends the request, as it acts on tasks. Raises Problem as `identify` does."""
    return auth.actor(await identify(request, services), SOURCE)


def spelled(task_id: str) -> str:
    """The id as this interface writes it."""
    return f"task_{task_id}"
