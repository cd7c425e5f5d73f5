"""The words of Copilotz, in and out, and who speaks them."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from tasktalk.bots.api import auth
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.schemas import TEXT, Schema, answer, one_of, or_null, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import READ, WRITE, Identity
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.pipeline_fields import LARGEST_NUMBER
from tasktalk.runtime.tasks.statuses import Status

SOURCE: Final = "copilotz"

ID: Final = whole(1)
SENT_ID: Final = or_null(whole(0, LARGEST_NUMBER))
"""The number of a workflow or a step in a request."""

STATUS = Vocabulary[Status](
    "invalid_status",
    "status",
    {
        "pending": "pending",
        "in_progress": "active",
        "waiting": "pending",
        "needs_help": "pending",
        "needs_review": "pending",
        "completed": "completed",
        "failed": "failed",
        "cancelled": "cancelled",
    },
    {
        "active": "in_progress",
        "pending": "pending",
        "failed": "failed",
        "completed": "completed",
        "cancelled": "cancelled",
    },
)
SHOWN_STATUS: Final = one_of(STATUS.readable)

_DENIED: Mapping[str, str] = {
    READ: "This token may not see tasks",
    WRITE: "This token may not change tasks",
}
_NUMBER = re.compile(r"\d{1,10}", re.ASCII)


def shape(problem: Problem) -> web.Response:
    """An error as this interface tells it: {"error": {"message": sentence, "code": code}}."""
    body = {"error": {"message": problem.sentence, "code": problem.code}}
    return web.json_response(body, status=problem.status, headers=problem.headers)


def error_of(codes: Iterable[str]) -> Schema:
    """The body of an answer that is an error with one of these codes."""
    told = _untitled(answer("Told", {"message": TEXT, "code": one_of(sorted(codes))}))
    return _untitled(answer("Error", {"error": told}))


async def identify(request: web.Request, services: Services) -> Identity:
    """Who sends the request. Raises Problem as `auth.identify` does."""
    return await auth.identify(request, services.accounts, _DENIED)


async def actor_of(request: web.Request, services: Services) -> Actor:
    """Who sends the request, as it acts on tasks. Raises Problem as `identify` does."""
    return auth.actor(await identify(request, services), SOURCE)


def time(moment: datetime | None) -> str | None:
    """A moment as this interface writes it, which is how JavaScript does."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number_in(text: str, missing: Refused) -> int:
    """The number of a workflow or a step in a path; raises `missing` for what can be none."""
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST_NUMBER:
        raise missing
    return int(text)


def refuse_unknown(sent: Iterable[str], known: Collection[str], read_only: Collection[str]) -> None:
    """Refuses `unknown_field` for what nobody reads. What is `read_only` is passed over: so what was read can be sent
    back."""
    for field in sent:
        if field not in known and field not in read_only:
            raise Refused("unknown_field", f"There is no field {field[:100]}; the fields are: {', '.join(known)}")


def _untitled(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name != "title"}
