"""Lists that come in pages: which page is asked for, and how it is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from tasktalk.bots.api.schemas import Schema, answer, items, whole
from tasktalk.bots.dialects.general_bots.listing import DEFAULT_LIMIT, LARGEST_LIMIT, Query

COUNTS: Final[Mapping[str, Schema]] = {"total": whole(0), "page": whole(1), "limit": whole(1)}
"""What stands beside the rows of a page."""


def page_of(title: str, name: str, row: Schema) -> Schema:
    """The answer with a page of rows, which are under `name`."""
    return answer(title, {name: items(row), **COUNTS})


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a request asks for, from 1, and how many rows it may have."""

    number: int
    limit: int

    @classmethod
    def asked(cls, query: Query, default: int = DEFAULT_LIMIT, largest: int = LARGEST_LIMIT) -> "Page":
        """The page of a request's query. A limit that is too large is the largest one. Refuses as `Query.number`."""
        return cls(query.number("page", 1), min(query.number("limit", default), largest))

    def answer(self, name: str, rows: Sequence[object], total: int, **more: object) -> web.Response:
        """The answer with the rows of this page, of `total` over all pages."""
        return web.json_response({name: rows, **more, "total": total, "page": self.number, "limit": self.limit})
