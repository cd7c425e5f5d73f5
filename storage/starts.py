"""How many tasks a list has, and where a page begins in it that is far from its ends: no database finds the rows in the
middle of an index but by walking past those before them, so the numbers of each four weeks are kept (`counts.py`)."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf
from typing import Any, Literal, TypeAlias

from tasktalk.storage import counts
from tasktalk.storage.listing import (
    Choice,
    Instant,
    Order,
    Part,
    Section,
    Shape,
    Sort,
    TaskFilter,
    Way,
    count_of,
    extents_of,
    opposite,
    page_of,
)
from tasktalk.storage.reading import Reader
from tasktalk.storage.writes import Row

_COUNTED: Mapping[str, tuple[Instant, counts.Counted]] = {
    "created_at": ("created_at", "count"),
    "updated_at": ("updated_at", "updated_count"),
    "priority": ("created_at", "count"),
    "due": ("due_at", "due_count"),
    "never due": ("created_at", "undue_count"),
}
"""By which moment the rows of an order or a section come, and as what they are counted in its periods."""
Made: TypeAlias = Literal["created_at", "updated_at"]
Periods: TypeAlias = Sequence[tuple[int, int]]
_TICK = timedelta(microseconds=1)
_FEW = 20_000
"""What is due in a while is looked at whole where it is no more, and otherwise looked for by what is kept of it."""
_NEAR = 1_000
"""So many rows before a page are walked past: to read where a nearer moment is takes as long."""
_KEPT = 10
"""So many rows are walked past in the time in which one of the numbers is read that are kept of what is due."""
_ENDS = 10_000
"""So many rows are walked past in the time in which it is counted what is due at the two ends of a while."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many rows there are in a section, between which moments of its order."""

    number: int
    first: datetime
    until: datetime | None  # behind the last; None is any
    is_counted: bool = True  # otherwise there may be more


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins: so many rows after a moment, or before it; after the beginning, where there is none."""

    part: Part
    by: Instant
    at: datetime | None
    offset: int
    limit: int  # no more of them are in the section
    is_backward: bool = False
    density: float | None = None  # how many of the rows on the way match, where that is not as everywhere

    async def rows(self, reader: Reader, shape: Shape, way: Way, values: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of the page that are in the section, in the way's order."""
        section, word = self.part
        order = opposite(way.order) if self.is_backward else way.order
        given = {"section": word, "limit": self.limit, "offset": self.offset, "at": self.at}
        walked = replace(way, order=order)
        if self.at is not None and self.by != "due_at":
            walked = replace(walked, begun_by=self.by)
        elif self.at is not None and order == "asc":  # of two conditions of one column an index may serve the wrong one
            shape, given["after"] = replace(shape, has_after=True), self.at - _TICK
        elif self.at is not None:
            shape, given["before"] = replace(shape, has_before=True), self.at
        found = await reader.rows(page_of(shape, section, walked, True), {**values, **given})
        return found[::-1] if self.is_backward else found


@dataclass(frozen=True, slots=True)
class Listed:
    """A filter as it is asked in one read."""

    reader: Reader
    matching: TaskFilter
    shape: Shape
    values: Mapping[str, Any]
    choice: Choice
    words: Sequence[str] = ()
    """The priorities of which it is asked how many have each: at the ends of a while they are counted at once."""
    counted: dict[Hashable, int] = field(default_factory=dict)
    """What has been counted at the ends of a while, which is asked for more than once."""

    @property
    def has_periods(self) -> bool:
        """Whether it is kept how many match in each period; of those due in a while, how many in its whole periods."""
        return not self.shape.has_assignee and not self.shape.has_space and self.shape.tags <= 1

    @property
    def has_due_periods(self) -> bool:
        """Whether it is kept, of what is due in a while, how many were made or changed in each period."""
        return self.has_periods and not self.shape.tags and self.choice.cost > _FEW

    @property
    def has_numbers(self) -> bool:
        """Whether not all rows of a section have to be looked at to know how many there are."""
        return self.has_periods or is_kept(self.matching)

    @property
    def kinds(self) -> dict[str, Any]:
        """Of which kinds they are, as `counts` is asked for it."""
        matching, tag = self.matching, self.values.get("tag_0", counts.ALL)
        asked = {"statuses": matching.statuses, "priorities": matching.priorities, "tag": tag}
        return {**asked, "with_scheduled": matching.with_scheduled}

    @property
    def is_long(self) -> bool:
        """Whether it matters in which periods they are due: not to count what is due within less than one."""
        before, after = self.matching.due_before, self.matching.due_after
        return before is None or after is None or before - after >= counts.PERIOD

    async def count(self, priority: str | None = None) -> int:
        """How many match, or do so and have a priority."""
        if is_kept(self.matching):
            asked = self.matching if priority is None else replace(self.matching, priorities=[priority])
            number = await kept(self.reader, self.values["organisation"], asked)
            if number is not None:
                return number
        if self.has_periods and self.is_long:
            try:
                since, until = await self.due(await self.periods("due_count", priority), priority)
                return max(0, until - since)
            except OverflowError:  # of a moment at which time begins or ends
                pass
        return await self._counted(self.shape, priority, {})

    async def periods(self, counted_as: counts.Counted, priority: str | None = None) -> Sequence[tuple[int, int]]:
        """How many match in each period, or do so and have a priority; whenever they are due."""
        asked = self.kinds if priority is None else {**self.kinds, "priorities": [priority]}
        return await counts.periods(self.reader, self.values["organisation"], counted_as, **asked)

    async def has_few_numbers(self, most: int) -> bool:
        """Whether no more numbers are kept of what is due in the while, of whatever kind."""
        while_ = (self.matching.due_after, self.matching.due_before)
        return await counts.due_numbers(self.reader, self.values["organisation"], *while_, most + 1) <= most

    async def due_periods(self, by: Made, priority: str | None) -> Sequence[counts.DuePeriod]:
        """How many match, or do so and have a priority, of those due in each period in which the while lies."""
        asked = {name: value for name, value in self.kinds.items() if name != "tag"}
        asked |= {} if priority is None else {"priorities": [priority]}
        while_ = (self.matching.due_after, self.matching.due_before)
        return await counts.due_periods(self.reader, self.values["organisation"], _COUNTED[by][1], *while_, **asked)

    async def due(
        self, periods: Sequence[tuple[int, int]], priority: str | None = None, until: "Until | None" = None
    ) -> tuple[int, int]:
        """How many are due before the while begins, and before it ends, by the numbers of its periods: only at its ends
        they are counted. Raises OverflowError for moments at which time begins or ends."""
        before, after = self.matching.due_before, self.matching.due_after
        since = 0 if after is None else await self._due_until(periods, after + _TICK, priority, until)
        return since, await self._due_until(periods, before, priority, until)

    async def due_until(
        self, cells: Sequence[counts.DuePeriod], period: int, by: Made, order: Order, priority: str | None
    ) -> int:
        """How many match that come before a period begins, in an order: made or changed, by the numbers of those."""
        found: dict[int, int] = {}
        parted = set()
        for due, its, number in cells:
            if (its < period) == (order == "asc"):
                found[due] = found.get(due, 0) + number
            else:
                parted.add(due)
        until = Until(by, counts.beginning(period), order, frozenset(parted))
        first, last = await self.due(list(found.items()), priority, until)
        return last - first

    async def _due_until(
        self, periods: Sequence[tuple[int, int]], at: datetime | None, priority: str | None, until: "Until | None"
    ) -> int:
        if at is None:
            return sum(number for _, number in periods)
        its = counts.period_of(at)
        earlier, number = sum(number for period, number in periods if period < its), dict(periods).get(its, 0)
        if not number:
            return earlier
        if until is not None and its not in until.parted:
            until = None
        begins, ends = counts.beginning(its), counts.beginning(its + 1)
        shape = replace(self.shape, has_before=True, has_after=True)
        if at - begins < ends - at:
            return earlier + await self._counted(shape, priority, {"after": begins - _TICK, "before": at}, until)
        return earlier + number - await self._counted(shape, priority, {"after": at - _TICK, "before": ends}, until)

    async def _counted(
        self, shape: Shape, priority: str | None, given: Mapping[str, Any], until: "Until | None" = None
    ) -> int:
        key = (until, *given.items())
        if (priority, *key) not in self.counted:
            by = self.choice.by if not given else "tag and due_at" if shape.tags else "due_at"
            values = {**self.values, "section": priority, **given}
            values |= {f"word_{place}": word for place, word in enumerate(self.words)}
            section: Section = "" if priority is None else "priority"
            if until is not None:
                values["at"] = until.at
                query, words = count_of(shape, section, by, until.by, until.order), [priority]
            elif given and self.words:
                query, words = count_of(shape, "", by, words=len(self.words)), [None, *self.words]
            else:
                query, words = count_of(shape, section, by), [priority]
            [row] = await self.reader.rows(query, values)
            self.counted.update(((word, *key), number) for word, number in zip(words, row.values(), strict=True))
        return self.counted[priority, *key]


@dataclass(frozen=True, slots=True)
class Until:
    """Only what was made or changed before a moment; where the latest come first, at it or later."""

    by: Made
    at: datetime
    order: Order
    parted: frozenset[int] = frozenset()
    """The periods in which some are due of whom it is so, and others of whom it is not."""


def is_kept(matching: TaskFilter) -> bool:
    """Whether the number of rows is kept, and need not be counted but where tasks have very many tags."""
    others = (matching.assignee, matching.space_id, matching.due_before, matching.due_after)
    return all(value is None for value in others) and len(set(matching.tags)) <= 2


async def kept(reader: Reader, organisation_id: str, matching: TaskFilter) -> int | None:
    """The number of rows, where it is kept."""
    asked: dict[str, Any] = {"statuses": matching.statuses, "priorities": matching.priorities}
    asked["with_scheduled"] = matching.with_scheduled
    match list(dict.fromkeys(matching.tags)):
        case [tag, other]:
            return await counts.with_both(reader, organisation_id, (tag, other), **asked)
        case [tag]:
            return await counts.counted(reader, organisation_id, tag=tag, **asked)
        case _:
            return await counts.counted(reader, organisation_id, **asked)


async def between_periods(listed: Listed, way: Way, parts: Sequence[Part], offset: int, limit: int) -> Start | None:
    """Where a page begins: at the nearest moment between two periods. None where their numbers are not kept."""
    is_due = way.sort == "due_at" and parts == [("", "")]
    if not listed.has_periods or not ((is_due and listed.is_long) or is_kept(listed.matching)):
        return None
    for part in parts:
        section, word = part
        by, counted_as = _COUNTED["due" if is_due else section or way.sort]
        periods = await listed.periods(counted_as, word or None)
        try:
            since, until = await listed.due(periods) if is_due else (0, sum(number for _, number in periods))
        except OverflowError:
            return None
        number = max(0, until - since)
        if offset >= number:
            offset -= number
            continue
        limit = min(limit, number - offset)
        moments = _moments(periods, since, until, way.order)
        before, begin = max((moment for moment in moments if moment[0] <= offset), key=_place)
        behind, end = min((moment for moment in moments if moment[0] >= offset + limit), key=_place)
        if offset - before <= behind - offset - limit:
            return Start(part, by, begin, offset - before, limit)
        return Start(part, by, end, behind - offset - limit, limit, is_backward=True)
    return None


def _moments(
    periods: Sequence[tuple[int, int]], since: int, until: int, order: Order
) -> Sequence[tuple[int, datetime | None]]:
    """How many of the rows between two places lie before each moment between two periods, and before both ends."""
    found: list[tuple[int, datetime | None]] = [(0, None), (until - since, None)]
    earlier = 0
    for (_, number), (following, _) in pairwise(periods):
        earlier += number
        if since < earlier < until:
            before = earlier - since if order == "asc" else until - earlier
            found.append((before, counts.beginning(following)))
    return found


def _place(moment: tuple[int, datetime | None]) -> int:
    return moment[0]


async def extents(listed: Listed, sort: Sort, offset: int) -> tuple[int, Mapping[str, Extent]] | None:
    """How much is due in a while, and where it lies in another order: among all others, it would be searched for far
    and wide. By priority, where that is the order and some are left out. None where that is not known."""
    matching = listed.matching
    if sort == "due_at" or (matching.due_before is None and matching.due_after is None):
        return None
    if listed.choice.cost > _FEW and listed.has_periods:
        return await _known_extents(listed, sort)
    if listed.choice.by != "due_at" or listed.choice.cost > _FEW:
        return None
    is_by_priority = sort == "priority" and offset > 0
    query = extents_of(listed.shape, _made_or_changed(sort), is_by_priority=is_by_priority)
    rows = await listed.reader.rows(query, listed.values)
    extents = {
        row["word"]: Extent(row["number"], row["first"], counts.behind(row["last"])) for row in rows if row["number"]
    }
    return sum(extent.number for extent in extents.values()), extents


async def _known_extents(listed: Listed, sort: Sort) -> tuple[int, Mapping[str, Extent]]:
    """The same without a look at what is due, by what is kept of it: no less far, and maybe farther."""
    asked = (listed.reader, listed.values["organisation"], listed.matching.due_after, listed.matching.due_before)
    days = await counts.days_of_due(*asked)
    if days is None:
        return 0, {}
    first, *until = days
    behind = until[_made_or_changed(sort) == "updated_at"]
    total = await listed.count()
    if sort != "priority":
        return total, {"": Extent(total, first, behind)}
    least = await counts.least_due(*asked, **listed.kinds)
    return total, {word: Extent(number, first, behind, is_counted=False) for word, number in least.items()}


def _made_or_changed(sort: Sort) -> Made:
    return "updated_at" if sort == "updated_at" else "created_at"


async def within(
    listed: Listed, found: Mapping[str, Extent], way: Way, parts: Sequence[Part], offset: int, limit: int
) -> Start | None:
    """Where a page begins of what is due in a while; None after its end."""
    for part in parts:
        word = part[1] if part[1] in found else ""
        extent = found.get(word)
        if extent is None:
            continue
        number = extent.number
        if offset + limit > number and not extent.is_counted:
            number = await listed.count(word)
        if offset >= number:
            offset -= number
            continue
        by = _made_or_changed(way.sort)
        kinds = {"priorities": [word] if word else None, "tag": listed.kinds["tag"]}
        periods = await counts.periods(listed.reader, listed.values["organisation"], _COUNTED[by][1], **kinds)
        among = counts.about(periods, extent.first, extent.until)
        at = extent.first if way.order == "asc" else extent.until
        limit = min(limit, number - offset)
        start = Start(part, by, at, offset, limit, density=min(1.0, number / max(among, 1.0)))
        walked = offset / (start.density or 1)
        is_far = walked > _NEAR and listed.has_due_periods and await listed.has_few_numbers(int(walked / _KEPT))
        return await _nearer(listed, way, start, extent, periods) if is_far else start
    return None


async def _nearer(listed: Listed, way: Way, start: Start, extent: Extent, on_the_way: Periods) -> Start:
    """The same page from a moment between two periods, where that is nearer than the end from which it was counted."""
    word, by = start.part[1] or None, _made_or_changed(way.sort)
    cells = await listed.due_periods(by, word)
    points = _points(listed.matching, cells, extent, way.order)
    before = max(place for place, (position, _) in enumerate(points) if position <= start.offset)
    if before + 1 == len(points):
        return start
    (earlier, first), (later, last) = points[before : before + 2]
    there = first + (last - first) * (start.offset - earlier) / (later - earlier)
    costs = {point: counts.between(on_the_way, *sorted((point, there))) for point in (first, last)}
    ends = {points[0][1]: 0.0, points[-1][1]: inf}  # at the one nothing is counted, and the other is not between two
    for point in sorted(costs, key=lambda point: costs[point] + ends.get(point, _ENDS)):
        if point in ends:
            break
        try:
            number = await listed.due_until(cells, int(point), by, way.order, word)
        except OverflowError:  # of a moment at which time begins or ends
            break
        at = counts.beginning(int(point))
        if number <= start.offset:
            return replace(start, at=at, offset=start.offset - number)
        if number >= start.offset + start.limit:
            return replace(start, at=at, offset=number - start.offset - start.limit, is_backward=True)
    return start


def _points(
    matching: TaskFilter, cells: Sequence[counts.DuePeriod], extent: Extent, order: Order
) -> Sequence[tuple[float, float]]:
    """About how many match before each moment between two periods, in an order, and before both ends; and which moments
    these are, in periods."""
    found: dict[int, float] = {}
    for due, period, number in cells:
        share = counts.about([(due, 1)], matching.due_after, matching.due_before)
        found[period] = found.get(period, 0.0) + number * share
    first = counts.place_of(extent.first)
    last = max(found, default=0) + 1.0 if extent.until is None else counts.place_of(extent.until)
    points, earlier = [(0.0, first if order == "asc" else last)], 0.0
    for period in sorted(found, reverse=order == "desc"):
        earlier += found[period]
        point = float(period + (order == "asc"))
        if first < point < last:
            points.append((earlier, point))
    return [*points, (earlier, last if order == "asc" else first)]
