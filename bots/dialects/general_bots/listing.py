"""The parameters of a request for a list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import queries
from tasktalk.bots.api.including import INCLUDE, with_scheduled
from tasktalk.bots.api.routing import Parameter
from tasktalk.bots.api.schemas import TEXT, TIME, items, one_of, whole
from tasktalk.bots.dialects.general_bots.words import PRIORITY, STATUS
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.changes import MOST_TAGS
from tasktalk.storage.listing import Order, Sort, TaskFilter

DEFAULT_LIMIT: Final = 20
LARGEST_LIMIT: Final = 100

SORTS: Mapping[str, Sort] = {
    "created_at": "created_at",
    "due_date": "due_at",
    "priority": "priority",
    "updated_at": "updated_at",
}
ORDERS: Mapping[str, Order] = {"asc": "asc", "desc": "desc"}


def paging(default: int = DEFAULT_LIMIT, largest: int = LARGEST_LIMIT) -> tuple[Parameter, Parameter]:
    """The parameters of every list that comes in pages."""
    told = (
        f"{default} unless given" if default == largest else f"{default} unless given; more than {largest} is {largest}"
    )
    return Parameter("page", whole(1), "1 unless given"), Parameter("limit", whole(1), told)


PARAMETERS: Final = (
    Parameter("status", items(one_of([*STATUS.readable, ""])), "Any of these, one at least"),
    Parameter("priority", items(one_of([*PRIORITY.readable, ""])), "Any of these, one at least"),
    Parameter("assignee", TEXT, "The id of a user; an empty one counts as not given"),
    Parameter("due_before", TIME, "Strictly before; a task without a due date is left out"),
    Parameter("due_after", TIME, "Strictly after; a task without a due date is left out"),
    Parameter("tags", items(TEXT), f"All of these, {MOST_TAGS} at most; an empty one counts as not given"),
    *paging(),
    Parameter("sort", one_of(SORTS), "created_at unless given"),
    Parameter("order", one_of(ORDERS), "desc unless given"),
    INCLUDE,
)
PAGING_ERRORS: Final = ("invalid_page", "invalid_limit")
ERRORS: Final = (
    *("invalid_status", "invalid_priority", "invalid_due_before", "invalid_due_after", "invalid_tags"),
    *(*PAGING_ERRORS, "invalid_sort", "invalid_order", "invalid_include"),
)
"""What the readers of the parameters refuse."""


class Query:
    """The parameters of a list request; each reader raises Refused for a value that is none."""

    def __init__(self, request: web.Request) -> None:
        self._request, self._query = request, request.query

    def filter(self) -> TaskFilter:
        """The conditions."""
        return TaskFilter(
            statuses=self._words("status", STATUS),
            priorities=self._words("priority", PRIORITY),
            assignee=self._query.get("assignee") or None,
            due_before=self._moment("due_before"),
            due_after=self._moment("due_after"),
            tags=self._tags(),
            with_scheduled=with_scheduled(self._request),
        )

    def number(self, name: str, default: int) -> int:
        """A whole number from 1."""
        return queries.number(self._request, name, default)

    def choice(self, name: str, known: Mapping[str, Any], default: str) -> Any:
        """One of the known words, translated."""
        text = self._query.get(name, default)
        if text not in known:
            raise Refused(
                f"invalid_{name}", f"Expected {name} to be one of {', '.join(known)}, got {text[:40] or 'nothing'}"
            )
        return known[text]

    def _words(self, name: str, words: Vocabulary[Any]) -> list[str] | None:
        if name not in self._query:
            return None
        asked = [word for word in self._list(name) if word] or [""]
        return [inner for word in asked for inner in words.all_of(word)]

    def _tags(self) -> list[str]:
        tags = [tag for tag in self._list("tags") if tag]
        if len(tags) > MOST_TAGS:
            raise Refused("invalid_tags", f"Expected at most {MOST_TAGS} tags, got {len(tags)}")
        return tags

    def _moment(self, name: str) -> datetime | None:
        text = self._query.get(name)
        if text is None:
            return None
        # An offset's plus sign that was not escaped has become a blank.
        moment = due.iso(text.replace(" ", "+") if "T" in text else text)
        if moment is None:
            raise Refused(
                f"invalid_{name}",
                f"Expected {name} to be a date like 2030-01-31T17:00:00Z, got {text[:40] or 'nothing'}",
            )
        return moment

    def _list(self, name: str) -> list[str]:
        return queries.words(self._request, name)
