"""Rows that are looked up by many ids at once.

To compile a statement takes longer than to run most of them, and one with a list of values is another statement for
each length. So the lists have lengths of 1, 2, 4 …, and of each the statement is made once.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, String, bindparam

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables.columns import Id
from tasktalk.storage.writes import Row

_AT_ONCE = 512


async def rows_of(
    reader: Reader,
    query: Select[Any],
    column: ColumnElement[Any],
    ids: Collection[str] | Collection[int],
    given: Mapping[str, object] | None = None,
) -> Sequence[Row]:
    """The rows of a query whose column has one of the ids, in the query's order as long as there are not very many ids.

    The query is one that its module has made once; what else it asks is `given`.
    """
    listed: list[str | int] = list(dict.fromkeys(ids))
    found: list[Row] = []
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        places = 1 << (len(some) - 1).bit_length()
        values = {f"id{place}": some[min(place, len(some) - 1)] for place in range(places)}
        found += await reader.rows(_among(query, column, places), {**values, **(given or {})})
    return found


@lru_cache(maxsize=512)
def _among(query: Select[Any], column: ColumnElement[Any], places: int) -> Select[Any]:
    # Of no length: a text that is too long is no id.
    kind = BigInteger if isinstance(column.type, Integer) else Id if isinstance(column.type, Id) else String
    return query.where(column.in_([bindparam(f"id{place}", None, kind) for place in range(places)]))
