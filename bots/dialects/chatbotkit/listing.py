"""The parameters of a request for a list, and its answer in the form that is wanted."""

import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from aiohttp import web

from tasktalk.bots.api.exports import streamed, wanted
from tasktalk.bots.api.routing import Parameter
from tasktalk.bots.api.schemas import TEXT, Schema, answer, items, one_of, whole
from tasktalk.bots.dialects.chatbotkit import cursors
from tasktalk.bots.dialects.chatbotkit.words import STATUS
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.scheduled import Activity, standing
from tasktalk.storage.scheduled_tasks import Order, ScheduledFilter

T = TypeVar("T")

DEFAULT_TAKE: Final = 25
LARGEST_TAKE: Final = 100
JSON: Final = "application/json"
JSONL: Final = "application/jsonl"
NEXT: Final = "x-cursor"
"""The header with the next cursor, where the body has no place for it."""

_STATUSES: Mapping[str, Activity] = {shown: activity for activity, shown in STATUS.items()}
_ORDERS: Mapping[str, Order] = {"asc": "asc", "desc": "desc"}
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_META = "meta."

PAGING: Final = (
    Parameter("cursor", TEXT, "Behind what was listed so far; empty is from the start"),
    Parameter("order", one_of([*_ORDERS, ""]), "desc unless given: the newest first"),
    Parameter("take", whole(1), f"{DEFAULT_TAKE} unless given; more than {LARGEST_TAKE} is {LARGEST_TAKE}"),
)
PAGING_ERRORS: Final = ("invalid_cursor", "invalid_order", "invalid_take", "not_acceptable")
FILTERS: Final = (
    Parameter("botId", TEXT, "The bot's id"),
    Parameter("contactId", TEXT, "The contact's id"),
    Parameter("status", one_of([*_STATUSES, ""])),
)
ANY_META: Final = "`meta.<key>=<value>` lists those alone whose meta has this entry; several have to hold together."


class Query:
    """The parameters of a list; each reader raises Refused for a value that is none. What is empty is not given, but
    for `take`, which is a number."""

    def __init__(self, request: web.Request) -> None:
        self._query = request.query

    @property
    def order(self) -> Order:
        """Which way round."""
        return self._word("order", _ORDERS) or "desc"

    @property
    def after(self) -> str | None:
        """The id behind which the list goes on."""
        cursor = self._query.get("cursor")
        return cursors.read(cursor) if cursor else None

    @property
    def take(self) -> int | None:
        """How many at most, if that is said."""
        text = self._query.get("take")
        if text is None:
            return None
        if not _NUMBER.fullmatch(text) or int(text) < 1:
            raise Refused(
                "invalid_take", f"Expected take to be a whole number from 1 to {LARGEST_TAKE}, got {text[:40]}"
            )
        return min(int(text), LARGEST_TAKE)

    def filter(self) -> ScheduledFilter:
        """Which tasks."""
        activity = self._word("status", _STATUSES)
        return ScheduledFilter(
            bot=self._query.get("botId") or None,
            contact_id=self._query.get("contactId") or None,
            standing=standing(activity) if activity else None,
            meta=self.meta(),
        )

    def meta(self) -> dict[str, str]:
        """The entries that the tasks' meta is to have."""
        found: dict[str, str] = {}
        for name, value in self._query.items():
            if name.startswith(_META):
                key = name.removeprefix(_META)
                if found.setdefault(key, value) != value:
                    raise Refused("invalid_meta", f"{name[:100]} cannot be two things at once")
        return found

    def _word(self, name: str, known: Mapping[str, Any]) -> Any:
        text = self._query.get(name)
        if text and text not in known:
            raise Refused(f"invalid_{name}", f"Expected {name} to be one of {', '.join(known)}, got {text[:40]}")
        return known[text] if text else None


def page_of(title: str, item: Schema) -> Schema:
    """A page of these as JSON."""
    return answer(title, {"items": items(item), "cursor": TEXT})


def line_of(title: str, item: Schema) -> Schema:
    """One of these as a line of JSONL."""
    return answer(title, {"type": one_of(["item"]), "data": item})


def cut(found: Sequence[T], take: int, id_of: Callable[[T], str]) -> tuple[Sequence[T], str]:
    """The page among what was found, of which one more was asked for, and the cursor behind it: empty at the end."""
    page = found[:take]
    return page, cursors.written(id_of(page[-1])) if len(found) > take else ""


async def answered(request: web.Request, page: Sequence[Mapping[str, object]], cursor: str) -> web.StreamResponse:
    """The page as JSON, or line by line where that is wanted. Raises Problem `not_acceptable`."""
    kind = wanted(request, (JSON, JSONL))
    if kind == JSON:
        return web.json_response({"items": page, "cursor": cursor})
    return await streamed(request, lines(page), kind, {NEXT: cursor})


async def lines(page: Sequence[Mapping[str, object]]) -> AsyncGenerator[str]:
    """Each of them as a line of JSONL."""
    for each in page:
        yield line(each)


def line(shown: Mapping[str, object]) -> str:
    """One of them as a line of JSONL."""
    return json.dumps({"type": "item", "data": shown}, ensure_ascii=False) + "\n"
