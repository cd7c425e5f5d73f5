"""The parameters of a request for a list."""

import re
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from tasktalk.bots.api.including import INCLUDE, with_scheduled
from tasktalk.bots.api.routing import Parameter
from tasktalk.bots.api.schemas import items, one_of, whole
from tasktalk.bots.dialects.bytebot.words import Face
from tasktalk.interpreter.errors import Refused
from tasktalk.storage.tasks import TaskFilter

DEFAULT_LIMIT: Final = 10
LARGEST_LIMIT: Final = 100

PAGING: Final = (
    Parameter("page", whole(1), "1 unless given"),
    Parameter("limit", whole(1), f"More than {LARGEST_LIMIT} is {LARGEST_LIMIT}"),
)
PAGING_ERRORS: Final = ("invalid_page", "invalid_limit")
ERRORS: Final = (*PAGING_ERRORS, "invalid_status", "invalid_include")

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_LARGEST = 10**18 - 1


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
        self._query = request.query

    @property
    def is_paged(self) -> bool:
        """Whether a page is asked for, and not all."""
        return "page" in self._query or "limit" in self._query

    def number(self, name: str, default: int) -> int:
        """A whole number from 1."""
        text = self._query.get(name)
        if text is None:
            return default
        if not _NUMBER.fullmatch(text) or int(text) < 1:
            raise Refused(f"invalid_{name}", f"{name} must be a whole number from 1 to {_LARGEST}, got {text[:40]}")
        return int(text)

    def page(self, default: int = DEFAULT_LIMIT) -> tuple[int, int]:
        """Which page, and of how many."""
        return self.number("page", 1), min(self.number("limit", default), LARGEST_LIMIT)

    def filter(self, face: Face) -> TaskFilter:
        """The conditions."""
        asked = [word for word in (*self._words("status"), *self._words("statuses")) if word]
        statuses = [inner for word in asked for inner in face.status.all_of(word)]
        return TaskFilter(statuses=list(dict.fromkeys(statuses)) or None, with_scheduled=with_scheduled(self._query))

    def _words(self, name: str) -> list[str]:
        return [word.strip() for text in self._query.getall(name, []) for word in text.split(",")]


def paged(tasks: list[Mapping[str, object]], total: int, limit: int) -> dict[str, object]:
    """A page as the server that is shipped answers it."""
    return {"tasks": tasks, "total": total, "totalPages": -(-total // limit)}
