"""The statements of lists of tasks: one for each shape of a filter, and each way to walk or sort what matches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    Text,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
)

from tasktalk.storage.containing import Place
from tasktalk.storage.tables import task, task_tag

Sort: TypeAlias = Literal["created_at", "due_at", "priority", "updated_at"]
Order: TypeAlias = Literal["asc", "desc"]
Section: TypeAlias = Literal["", "priority", "due", "never due"]
By: TypeAlias = Literal[
    "", "assignee", "space_id", "status", "priority", "due_at", "tag", "tag and priority", "tag and due_at", "tags"
]
"""The condition by which rows are found; none where there is no condition that has an index. By tags: by the texts of
all tags that have those that are asked for, and by what is due."""

Part: TypeAlias = tuple[Section, str]
"""A section, with the priority that it has."""
Instant: TypeAlias = Literal["created_at", "updated_at", "due_at"]
WITH_TAG: Mapping[By, str] = {"tag": "", "tag and priority": "priority", "tag and due_at": "due_at", "tags": "all_tags"}
"""By which column those with a tag are found, besides the tag."""

_PROBED = 10
"""What a row costs that is looked up among those with a tag; to meet one in an index is 1."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks: all conditions that are given hold together."""

    statuses: Sequence[str] | None = None
    priorities: Sequence[str] | None = None
    assignee: str | None = None
    due_before: datetime | None = None  # strictly; a task without a due date is left out
    due_after: datetime | None = None
    tags: Sequence[str] = ()  # a task has to have every one
    with_scheduled: bool = False
    space_id: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a filter has, without its values: filters of one shape are one statement, which is compiled once."""

    statuses: int
    priorities: int
    has_assignee: bool
    has_before: bool
    has_after: bool
    tags: int
    with_scheduled: bool
    has_space: bool = False
    texts: int = 0  # places for texts of all tags, where rows are found by these

    def is_in_order(self, by: By, sort: Sort) -> bool:
        """Whether the index of a condition has its rows in this order: each has those of one value by creation."""
        one = {"assignee": 1, "space_id": 1, "status": self.statuses, "tag": 1}
        one |= {"priority": self.priorities, "tag and priority": self.priorities}
        return sort == "created_at" and one.get(by) == 1

    def cost(self, *, is_tagged: bool) -> int:
        """What it costs to meet a row of those with the first tag, or of all, and to know whether it has the tags."""
        return 1 if is_tagged or not self.tags else 1 + _PROBED

    def alone(self, by: By) -> "Shape":
        """A filter that has this condition only, and of tags the first."""
        is_due = "due_at" in by
        return Shape(
            *(0, 0, by == "assignee"),
            *(is_due and self.has_before, is_due and self.has_after),
            tags=by in WITH_TAG,
            with_scheduled=True,
            has_space=by == "space_id",
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """By what rows are found, and what that costs."""

    by: By
    cost: float
    on_the_way: int  # how many there are to be met in the index of an order
    about: float  # so many match, if no condition has to do with another
    tagged: float  # so many have all the tags and are due then, in the same way


@dataclass(frozen=True, slots=True)
class Way:
    """In which order rows are wanted, and by what they are found."""

    sort: Sort
    order: Order
    is_reversed: bool  # from the end of the list
    by: By
    ranking: tuple[str, ...]
    begun_by: Literal["", Instant] = ""  # only those from a moment on, or before it where the latest come first

    def index(self, shape: Shape, *, is_along: bool) -> tuple[Table, str]:
        """Which rows to look at, and by which column to find them."""
        if is_along and not shape.is_in_order(self.by, self.sort):
            return task_tag if shape.tags else task, self.sort
        return _index(self.by, "")

    def keys(self, rows: FromClause, *, is_along: bool) -> list[ColumnElement[Any]]:
        """What to order by. Along an index a section has one priority, or either due dates or none."""
        last = "task_id" if rows is task_tag else "id"
        names = dict.fromkeys([*([] if self.sort == "priority" else [self.sort]), "created_at", last])
        if is_along:
            return [_directed(rows.c[name], self.order) for name in names]
        keys = [_directed(unordered(rows.c[name]), self.order) for name in names]
        if self.sort == "priority":
            rank = case({word: place for place, word in enumerate(self.ranking)}, value=rows.c.priority)
            return [_directed(rank, self.order), *keys]
        if self.sort == "due_at":
            never = case((rows.c.due_at.is_(None), 1), else_=0)
            return [_directed(never, "desc" if self.is_reversed else "asc"), *keys]
        return keys


def opposite(order: Order) -> Order:
    """The other way round."""
    return "desc" if order == "asc" else "asc"


def parts_of(way: Way, matching: TaskFilter) -> list[Part]:
    """Parts of the list that, one after the other, are in the order that no index has as a whole."""
    if way.sort == "priority":
        asked = [word for word in way.ranking if not matching.priorities or word in matching.priorities]
        return [("priority", word) for word in (asked if way.order == "asc" else reversed(asked))]
    if way.sort == "due_at" and matching.due_before is None and matching.due_after is None:
        parts: list[Part] = [("due", ""), ("never due", "")]
        return parts[::-1] if way.is_reversed else parts
    return [("", "")]


@lru_cache(maxsize=512)
def page_of(shape: Shape, section: Section, way: Way, is_along: bool) -> Select[Any]:
    """`limit` rows after `offset`; of a way that is begun, from the moment `at`."""
    ids = _ids(shape, section, way, is_along)
    some = ids.limit(bindparam("limit", None)).offset(bindparam("offset", None)).subquery()
    return select(task).join(some, some.c.id == task.c.id).order_by(*way.keys(task, is_along=is_along))


@lru_cache(maxsize=64)
def ids_and_number_of(shape: Shape, way: Way) -> Select[Any]:
    """The ids of `limit` rows after `offset`, each with the number of all as `matches`, found and sorted in one walk;
    none at all where there are not less than `most`."""
    rows, column = way.index(shape, is_along=False)
    keys = [rows.c[name] for name in dict.fromkeys((way.sort, "created_at"))]
    found = _found(_id(rows).label("id"), rows, column, shape, "").add_columns(*keys)
    met = found.limit(bindparam("most", None)).cte("met")  # asked twice, so both databases keep what it has
    number = select(func.count()).select_from(met).scalar_subquery()
    some = select(met.c.id, number.label("matches")).where(number < bindparam("most", None))
    some = some.order_by(*way.keys(met, is_along=False))
    return some.limit(bindparam("limit", None)).offset(bindparam("offset", None))


def _ids(shape: Shape, section: Section, way: Way, is_along: bool) -> Select[Any]:
    rows, column = way.index(shape, is_along=is_along)
    query = _found(_id(rows).label("id"), rows, column, shape, section)
    if way.begun_by:
        query = query.where(_is_from(rows.c[way.begun_by], way.order, bindparam("at")))
    return query.order_by(*way.keys(rows, is_along=is_along))


def _is_from(moment: ColumnElement[Any], order: Order, at: BindParameter[Any]) -> ColumnElement[bool]:
    """That a row comes after a moment in its order: at it or later, or else before it."""
    return moment >= at if order == "asc" else moment < at


@lru_cache(maxsize=512)
def count_of(
    shape: Shape, section: Section, by: By, begun_by: Literal["", Instant] = "", order: Order = "asc", words: int = 0
) -> Select[Any]:
    """How many rows there are; of one moment only those that come before `at`, in that order. Then how many of them
    have each of so many priorities."""
    rows, column = _index(by, section)
    query = _found(func.count(), rows, column, shape, section)
    for place in range(words):
        has_it = unordered(rows.c.priority) == bindparam(f"word_{place}")
        query = query.add_columns(func.count(case((has_it, 1))).label(f"number_{place}"))
    return query.where(_is_from(unordered(rows.c[begun_by]), opposite(order), bindparam("at"))) if begun_by else query


@lru_cache(maxsize=64)
def extents_of(shape: Shape, moment: Literal["created_at", "updated_at"], *, is_by_priority: bool) -> Select[Any]:
    """Of what is due in a while, how many there are and when the first and the last was made, or changed."""
    at: ColumnElement[Any] = task.c[moment]
    word = unordered(task.c.priority) if is_by_priority else literal("", String)
    what = func.count().label("number")
    query = _found(what, task, "due_at", shape, "").add_columns(
        word.label("word"), func.min(at).label("first"), func.max(at).label("last")
    )
    return query.group_by(word) if is_by_priority else query


@lru_cache(maxsize=64)
def at_most(shape: Shape, by: By) -> Select[Any]:
    """How many rows there are, or `limit` where there are more."""
    rows, column = _index(by, "")
    some = _found(_id(rows), rows, column, shape, "").limit(bindparam("limit", None)).subquery()
    return select(func.count()).select_from(some)


def _index(by: By, section: Section) -> tuple[Table, str]:
    """Which rows have the condition, and by which column to find them: by that of the section, where there is none."""
    of_section = {"priority": "priority", "due": "due_at", "never due": "due_at"}.get(section, "")
    if by in WITH_TAG:
        return task_tag, WITH_TAG[by] or of_section
    return task, by or of_section


def _id(rows: Table) -> ColumnElement[Any]:
    return rows.c.task_id if rows is task_tag else rows.c.id


def _found(what: ColumnElement[Any], rows: Table, column: str, shape: Shape, section: Section) -> Select[Any]:
    """What is asked of all rows, or of those of the first tag, which have all that is filtered and sorted by.

    One condition is left by which an index can be chosen, and the others are asked of what it has.
    """

    by_texts = column == "all_tags"
    ordered = {column, *(["due_at"] if by_texts and not section else [])}

    def held(name: str) -> ColumnElement[Any]:
        return rows.c[name] if name in ordered else unordered(rows.c[name])

    query = select(what).where(rows.c.organisation_id == bindparam("organisation"))
    if by_texts:
        texts = [bindparam(f"text_{place}", type_=Text()) for place in range(shape.texts)]
        query = query.where(rows.c.tag == bindparam("tag_0"), rows.c.all_tags.in_(texts))
    elif rows is task_tag:
        query = query.where(*_with_tags(shape, task_tag))
    elif shape.tags:
        tagged = task_tag.alias()
        its = (tagged.c.created_at == task.c.created_at, tagged.c.task_id == task.c.id)
        is_ours = tagged.c.organisation_id == bindparam("organisation")
        query = query.where(exists().where(is_ours, *its, *_with_tags(shape, tagged)))
    if shape.has_space and rows is task_tag:  # which is not held of a tag's tasks
        query = query.where(exists().where(task.c.id == task_tag.c.task_id, task.c.space_id == bindparam("space")))
    elif shape.has_space:
        query = query.where(held("space_id") == bindparam("space"))
    return query.where(*_conditions(shape, section, held))


def _with_tags(shape: Shape, rows: FromClause) -> Iterator[ColumnElement[Any]]:
    """That a row is of the filter's first tag, and its task has the others, too: as the row itself tells, but where the
    task has too many tags for that."""
    yield rows.c.tag == bindparam("tag_0")
    if shape.tags > 1:  # what takes least tells most of them apart
        yield rows.c.tag_bits.bitwise_and(bindparam("bits")) == bindparam("bits")
    for place in range(1, shape.tags):
        other = task_tag.alias()
        is_there = exists().where(
            other.c.organisation_id == bindparam("organisation"),
            other.c.tag == bindparam(f"tag_{place}"),
            other.c.created_at == rows.c.created_at,
            other.c.task_id == rows.c.task_id,
        )
        yield func.coalesce(Place(rows.c.all_tags, bindparam(f"mark_{place}", type_=Text())) > 0, is_there)


def _conditions(
    shape: Shape, section: Section, held: Callable[[str], ColumnElement[Any]]
) -> Iterator[ColumnElement[Any]]:
    """What a filter asks of what is held of a task, besides its tags: first what the fewest have, for the databases ask
    in this order, and leave a row with the first answer that is no."""
    if shape.has_assignee:
        yield held("assignee") == bindparam("assignee")
    if shape.has_before:
        yield held("due_at") < bindparam("before")
    if shape.has_after:
        yield held("due_at") > bindparam("after")
    match section:
        case "priority":
            yield held("priority") == bindparam("section")
        case "due":
            yield held("due_at").is_not(None)
        case "never due":
            yield held("due_at").is_(None)
    for name, number in (("priority", shape.priorities), ("status", shape.statuses)):
        if number and (name, section) != ("priority", "priority"):
            one_of: list[BindParameter[Any]] = [bindparam(f"{name}_{place}") for place in range(number)]
            yield held(name) == one_of[0] if number == 1 else held(name).in_(one_of)
    if not shape.with_scheduled:
        yield held("is_scheduled").is_(False)


def unordered(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, for which no index is looked at: neither database lets a statement name its index."""
    return func.coalesce(column, column)


def _directed(key: ColumnElement[Any], order: Order) -> ColumnElement[Any]:
    return key.desc() if order == "desc" else key.asc()
