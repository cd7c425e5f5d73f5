"""The words of Bytebot, in and out, and who speaks them: those of its document, and those of the server it ships."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import web

from tasktalk.bots.api import auth
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.repeats import Handler
from tasktalk.bots.api.schemas import TEXT, Schema, answer, one_of, untitled, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.visitors import Visitors
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import READ, WRITE
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.statuses import Priority, Status

SOURCE: Final = "bytebot"
VISITOR: Final = "Bytebot"
"""Who acts where there is no token."""

PRIORITY = Vocabulary[Priority](
    "invalid_priority",
    "priority",
    {"low": "LOW", "medium": "MEDIUM", "high": "HIGH", "urgent": "URGENT"},
    {"LOW": "low", "MEDIUM": "medium", "HIGH": "high", "URGENT": "urgent"},
)


def _statuses(in_progress: str) -> Vocabulary[Status]:
    shown: Mapping[Status, str] = {
        "pending": "PENDING",
        "in_progress": in_progress,
        "waiting": in_progress,
        "needs_help": "NEEDS_HELP",
        "needs_review": "NEEDS_REVIEW",
        "completed": "COMPLETED",
        "cancelled": "CANCELLED",
        "failed": "FAILED",
    }
    meant: dict[str, Status] = {}
    for inner, word in shown.items():
        meant.setdefault(word, inner)
    return Vocabulary[Status]("invalid_status", "status", shown, meant)


@dataclass(frozen=True, slots=True)
class Face:
    """One of the two ways in which Bytebot is spoken."""

    prefix: str
    status: Vocabulary[Status]
    is_live: bool


DOCUMENT: Final = Face("/bytebot", _statuses("IN_PROGRESS"), is_live=False)
LIVE: Final = Face("/bytebot-live", _statuses("RUNNING"), is_live=True)

_DENIED: Mapping[str, str] = {
    READ: "You don't have permission to see tasks",
    WRITE: "You don't have permission to change tasks",
}
_SENTENCES: Mapping[str, str] = {
    "task_not_found": "Task with ID {} not found",
    "not_with_bot": "Task {} is not under agent control",
    "not_with_person": "Task {} is not under user control",
    "task_over": "Task {} is already completed, failed, or cancelled",
}
"""What the document and the server that is shipped say of a task, by our codes."""
_PHRASES: Mapping[int, str] = {413: "Payload Too Large", 422: "Unprocessable Entity"}
"""Where Python has another one, or does not always have the same."""


def shape(problem: Problem) -> web.Response:
    """An error as this interface tells it: {"statusCode": number, "message": sentence, "error": in words}."""
    body = {"statusCode": problem.status, "message": problem.sentence, "error": _phrase(problem)}
    return web.json_response(body, status=problem.status, headers=problem.headers)


def error_of(codes: Iterable[str]) -> Schema:
    """The body of an answer that is an error with one of these codes."""
    known = [Problem(code, "") for code in codes]
    words = one_of(sorted({_phrase(problem) for problem in known}))
    found = answer("Error", {"statusCode": whole(400, 599), "message": TEXT, "error": words})
    return untitled(found)


def visitors(services: Services) -> Visitors:
    """Who sends requests, with a token or where the host lets them without."""
    return Visitors(services, VISITOR, services.dialects.bytebot.without_token, _DENIED)


async def actor_of(request: web.Request, who: Visitors) -> Actor:
    """Who sends the request, as it acts on tasks. Raises Problem as `Visitors.identify` does."""
    return auth.actor(await who.identify(request), SOURCE)


def of_task(handler: Handler) -> Handler:
    """The handler of a path with the id of a task, which says in this interface's words what cannot be done with it."""

    async def answering(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            if refused.code not in _SENTENCES:
                raise
            raise Problem(refused.code, _SENTENCES[refused.code].format(request.match_info["id"])) from None

    return answering


def refuse_unknown(sent: Mapping[str, object], known: Iterable[str]) -> None:
    """Refuses `unknown_field` for what nobody reads."""
    fields = list(known)
    for field in sent:
        if field not in fields:
            raise Refused("unknown_field", f"property {field[:100]} should not exist; there are: {', '.join(fields)}")


def _phrase(problem: Problem) -> str:
    return _PHRASES.get(problem.status) or HTTPStatus(problem.status).phrase
