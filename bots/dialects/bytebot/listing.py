"""The parameters of a request for a list."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from tasktalk.bots.api import queries
from tasktalk.bots.api.including import INCLUDE, with_scheduled
from tasktalk.bots.api.routing import Parameter
from tasktalk.bots.api.schemas import items, one_of, whole
from tasktalk.bots.dialects.bytebot.words import Face
from tasktalk.storage.listing import TaskFilter

DEFAULT_LIMIT: Final = 10
LARGEST_LIMIT: Final = 100

PAGING: Final = (
    Parameter("page", whole(1), "1 unless given"),
    Parameter("limit", whole(1), f"More than {LARGEST_LIMIT} is {LARGEST_LIMIT}"),
)
PAGING_ERRORS: Final = ("invalid_page", "invalid_limit")
ERRORS: Final = (*PAGING_ERRORS, "invalid_status", "invalid_include")


def parameters(face: Face) -> tuple[Parameter, ...]:
    """Those of a list of tasks."""
    words = one_of([*face.status.words, ""])
    return (
        Parameter("status", words, "One with this status; an empty one counts as not given"),
        Parameter("statuses", items(words), "Any of these"),
        *PAGING,
        INCLUDE,
    )


class Query:
    """The parameters of a list request; each reader raises Refused for a value that is none."""

    def __init__(self, request: web.Request) -> None:
        self._request = request

    @property
    def is_paged(self) -> bool:
        """Whether a page is asked for, and not all."""
        return "page" in self._request.query or "limit" in self._request.query

    def page(self, default: int = DEFAULT_LIMIT) -> tuple[int, int]:
        """Which page, and of how many."""
        number, limit = queries.number(self._request, "page", 1), queries.number(self._request, "limit", default)
        return number, min(limit, LARGEST_LIMIT)

    def filter(self, face: Face) -> TaskFilter:
        """The conditions."""
        names = ("status", "statuses")
        asked = [word for name in names for word in queries.words(self._request, name) if word]
        statuses = [inner for word in asked for inner in face.status.all_of(word)]
        return TaskFilter(statuses=list(dict.fromkeys(statuses)) or None, with_scheduled=with_scheduled(self._request))


def paged(tasks: list[Mapping[str, object]], total: int, limit: int) -> dict[str, object]:
    """A page as the server that is shipped answers it."""
    return {"tasks": tasks, "total": total, "totalPages": -(-total // limit)}
