"""The parameters of a request for a list, and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import queries
from tasktalk.bots.api.including import INCLUDE, with_scheduled
from tasktalk.bots.api.routing import Parameter
from tasktalk.bots.api.schemas import TEXT, Schema, answer, items, one_of, whole
from tasktalk.bots.dialects.copilotz.words import SHOWN_STATUS, STATUS
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.pipeline_fields import LARGEST_NUMBER

DEFAULT_LIMIT: Final = 20
LARGEST_LIMIT: Final = 100
POPULATED: Final = ("workflow", "currentStep")

PAGING: Final = (
    Parameter("page", whole(1), "1 unless given"),
    Parameter("limit", whole(1), f"{DEFAULT_LIMIT} unless given; more than {LARGEST_LIMIT} is {LARGEST_LIMIT}"),
)
PAGING_ERRORS: Final = ("invalid_page", "invalid_limit")
POPULATE: Final = Parameter("_populate", items(one_of(POPULATED)), "What is shown as it is instead of by its number")
FILTERS: Final = (
    Parameter("extId", TEXT, "The id elsewhere"),
    Parameter("status", items(SHOWN_STATUS), "Any of these"),
    Parameter("workflow", whole(1, LARGEST_NUMBER)),
    Parameter("currentStep", whole(1, LARGEST_NUMBER)),
    INCLUDE,
)
FILTER_ERRORS: Final = (
    *("invalid_status", "invalid_workflow", "invalid_currentStep", "invalid_include", "invalid_populate"),
)


def page_of(title: str, row: Schema) -> Schema:
    """The answer with a page of rows."""
    return answer(title, {"data": items(row), "total": whole(0), "page": whole(1), "limit": whole(1)})


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a request asks for, from 1, and how many rows it may have."""

    number: int
    limit: int

    @classmethod
    def asked(cls, request: web.Request) -> "Page":
        """Refuses `invalid_page` and `invalid_limit`."""
        limit = queries.number(request, "limit", DEFAULT_LIMIT)
        return cls(queries.number(request, "page", 1), min(limit, LARGEST_LIMIT))

    def answer(self, rows: Sequence[object], total: int) -> web.Response:
        """The answer with the rows of this page, of `total` over all pages."""
        return web.json_response({"data": rows, "total": total, "page": self.number, "limit": self.limit})


class Query:
    """The filters of a list; each reader raises Refused for a value that is none."""

    def __init__(self, request: web.Request) -> None:
        self._request = request

    @property
    def external_id(self) -> str | None:
        """The id elsewhere."""
        return self._request.query.get("extId")

    @property
    def statuses(self) -> list[str] | None:
        """The statuses, in the words that are used inside."""
        if "status" not in self._request.query:
            return None
        return [inner for word in self._words("status") for inner in STATUS.all_of(word)]

    @property
    def includes_scheduled(self) -> bool:
        """Whether tasks that run at times are listed, too."""
        return with_scheduled(self._request)

    @property
    def populated(self) -> list[str]:
        """What is to be shown as it is."""
        return self._some("_populate", POPULATED)

    def number(self, name: str) -> int | None:
        """The number of a workflow or a step."""
        if name not in self._request.query:
            return None
        found = queries.number(self._request, name, 0)
        return min(found, LARGEST_NUMBER)

    def _some(self, name: str, known: Sequence[str]) -> list[str]:
        asked = self._words(name)
        for word in asked:
            if word not in known:
                code = name.strip("_")
                raise Refused(f"invalid_{code}", f"Expected {name} to be of {', '.join(known)}, got {word[:40]}")
        return asked

    def _words(self, name: str) -> list[Any]:
        return queries.words(self._request, name)
