"""The words of General Bots, in and out, and who speaks them."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from tasktalk.bots.api import auth
from tasktalk.bots.api.schemas import id_of, one_of
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import READ, WRITE, Identity
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.statuses import PLAIN, Priority, Status

SOURCE: Final = "general_bots"

STATUS = Vocabulary[Status](
    "invalid_status",
    "Status",
    PLAIN,
    {"pending": "pending", "in_progress": "in_progress", "completed": "completed", "cancelled": "cancelled"},
)
PRIORITY = Vocabulary[Priority](
    "invalid_priority",
    "Priority",
    {"low": "low", "medium": "medium", "high": "high", "urgent": "critical"},
    {"low": "low", "medium": "medium", "high": "high", "critical": "urgent", "urgent": "urgent"},
)

TASK_ID: Final = id_of("tsk_")
SHOWN_STATUS: Final = one_of(STATUS.words)
SHOWN_PRIORITY: Final = one_of(PRIORITY.words)
"""What the words may be, for the document of the interface."""

DENIED: Mapping[str, str] = {
    READ: "You don't have permission to see tasks",
    WRITE: "You don't have permission to modify this task",
}
_DENIED_ELSEWHERE: Mapping[str, str] = {**DENIED, WRITE: "You don't have permission to create or change this"}


async def identify(request: web.Request, services: Services) -> Identity:
    """Who sends the request. Raises Problem as `auth.identify` does, with the document's sentences for tasks."""
    denied = DENIED if "task_id" in request.match_info else _DENIED_ELSEWHERE
    return await auth.identify(request, services.accounts, denied)


async def actor_of(request: web.Request, services: Services) -> Actor:
    """Who sends the request, as it acts on tasks. Raises Problem as `identify` does."""
    return auth.actor(await identify(request, services), SOURCE)


def minutes(value: object) -> object:
    """A time spent in a request. Refuses `invalid_time_spent`."""
    if isinstance(value, float) and not value.is_integer():
        raise Refused("invalid_time_spent", "Time spent must be a whole number of minutes")
    return value
