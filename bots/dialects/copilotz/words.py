"""The words of Copilotz, in and out, and who speaks them."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from tasktalk.bots.api.auth import Who
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.schemas import TEXT, Schema, answer, one_of, or_null, untitled, whole
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import READ, WRITE
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
_WHO: Final = Who(SOURCE, _DENIED)
identify, actor_of = _WHO.identify, _WHO.actor_of
_NUMBER = re.compile(r"\d{1,10}", re.ASCII)


def shape(problem: Problem) -> web.Response:
    """An error as this interface tells it: {"error": {"message": sentence, "code": code}}."""
    body = {"error": {"message": problem.sentence, "code": problem.code}}
    return web.json_response(body, status=problem.status, headers=problem.headers)


def error_of(codes: Iterable[str]) -> Schema:
    """The body of an answer that is an error with one of these codes."""
    told = untitled(answer("Told", {"message": TEXT, "code": one_of(sorted(codes))}))
    return untitled(answer("Error", {"error": told}))


def time(moment: datetime | None) -> str | None:
    """A moment as this interface writes it, which is how JavaScript does."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number_in(text: str, missing: Refused) -> int:
    """The number of a workflow or a step in a path; raises `missing` for what can be none."""
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST_NUMBER:
        raise missing
    return int(text)
