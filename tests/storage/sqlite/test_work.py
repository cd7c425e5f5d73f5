"""How much SQLite has to do for a list of tasks: in steps of its machine, which no other load changes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from typing import Any, TypeVar, get_args

import pytest

from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks.statuses import PRIORITIES
from tasktalk.storage import counts, pipelines, starts, tags, tasks
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.listing import Order, Sort, TaskFilter
from tasktalk.storage.pipelines import PipelineFilter
from tasktalk.storage.starts import Listed
from tasktalk.storage.writes import WriteSet

T = TypeVar("T")
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
RARE = 40
_HOURS = timedelta(hours=8)
WAYS = [(sort, order) for sort in get_args(Sort) for order in get_args(Order)]


class Store:
    """Tasks of which RARE are ann's, and as many have the tag rare, however many there are."""

    def __init__(self, database: Database, number: int) -> None:
        self.database, self.number = database, number

    async def fill(self) -> None:
        writes = WriteSet()
        writes.insert("organisation", {"id": "o", "name": "o", "created_at": BEGAN})
        row = {"organisation_id": "o", "number": 1, "name": "n", "description": "", "instructions": "", "version": 1}
        row |= {"created_at": BEGAN, "updated_at": BEGAN}
        writes.insert("pipeline", {"id": "p", **row})
        stage = {"id": "s", "pipeline_id": "p", "place": 0, "attempts": 1, "pause_seconds": 0.0}
        writes.insert("pipeline_stage", {**row, **stage})
        for place in range(self.number):
            row = _task(place, is_rare=place % (self.number // RARE) == 0)
            writes.insert("task", row)
            counts.follow(writes, None, row)
            tags.follow(writes, None, row)
            held = {name: row[name] for name in ("id", *pipelines.HELD)}
            at = {"pipeline_id": "p", "stage_id": "s", "attempt": 1, "depth": 0, "moves": 0, "version": 1}
            writes.insert("task_stage", {**held, **at})
        await self.database.commit(writes)

    async def steps(self, matching: TaskFilter, sort: Sort, order: Order, page: int) -> tuple[int, int]:
        """What a page of 10 takes, and how many tasks match. The page -1 is the last."""
        async with self.database.read() as reader:
            listed = partial(tasks.page, reader, "o", matching, sort=sort, order=order, ranking=PRIORITIES, limit=10)
            _, total = await listed(offset=0)
            last = (total - 1) // 10
            offset = (last if page < 0 else min(page, last)) * 10
            done, (found, _) = await taken(reader, lambda: listed(offset=offset))
        assert len(found) == min(10, total - offset)
        return done, total


async def taken(reader: Reader, read: Callable[[], Awaitable[T]]) -> tuple[int, T]:
    """How many steps it takes to read something, and what that is."""
    done = 0

    def step() -> int:
        nonlocal done
        done += 1
        return 0

    raw: Any = reader.connection
    raw._opened.set_progress_handler(step, 1)
    found = await read()
    raw._opened.set_progress_handler(None, 0)
    return done, found


def _task(place: int, *, is_rare: bool) -> dict[str, Any]:
    at = BEGAN + timedelta(minutes=place)
    tags = ["rare"] if is_rare else []
    return {
        "id": new_id("", at),
        "organisation_id": "o",
        "title": f"t{place}",
        "description": "",
        "status": ("pending", "completed", "waiting")[place % 3],
        "priority": PRIORITIES[place % 4],
        "assignee": "ann" if is_rare else "bo",
        "due_at": at + timedelta(days=1) if place % 5 else None,
        "progress": 0,
        "time_spent_minutes": 0.0,
        "tags": [*tags, *["often", "half"][: place % 2 * 2], *["seventh"][: place % 7 == 0]],
        "context": {},
        "created_by": "ann",
        "created_at": at,
        "updated_at": at + timedelta(minutes=place % 7),
        "version": 1,
        "is_scheduled": False,
    }


async def _filled(number: int) -> Store:
    store = Store(await Database.open(":memory:"), number)
    await store.fill()
    return store


@pytest.fixture(scope="module")
def stores() -> Iterator[tuple[Store, ...]]:
    """The second is four times as large; what is rare is of all kinds in both. No test writes to them: to fill them
    takes longer than most tests."""
    found = tuple(asyncio.run(_filled(number)) for number in (23 * RARE, 101 * RARE))
    yield found
    for store in found:
        asyncio.run(store.database.close())


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    opened = await Database.open(":memory:")
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    "matching",
    [
        TaskFilter(assignee="ann"),
        TaskFilter(tags=["rare"]),
        TaskFilter(tags=["rare"], statuses=["pending", "waiting"], priorities=["low", "high"]),
        TaskFilter(assignee="ann", statuses=["pending", "waiting"]),
        TaskFilter(assignee="ann", priorities=["low"], due_after=BEGAN),
        TaskFilter(assignee="ann", tags=["rare", "often"]),
        TaskFilter(assignee="ann", tags=["half"]),
    ],
    ids=str,
)
async def test_what_few_tasks_match_costs_the_same_among_many(stores: tuple[Store, ...], matching: TaskFilter) -> None:
    for sort, order in WAYS:
        for page in (0, 2, -1):
            (few, _), (many, total) = [await store.steps(matching, sort, order, page) for store in stores]
            assert 0 < total <= RARE
            assert many < 1.5 * few + 500, (sort, order, page)


@pytest.mark.parametrize(
    "matching",
    [
        TaskFilter(),
        TaskFilter(statuses=["pending"]),
        TaskFilter(statuses=["pending", "waiting"]),
        TaskFilter(priorities=["urgent", "low"]),
        TaskFilter(tags=["half"]),
    ],
    ids=str,
)
async def test_the_first_and_the_last_page_of_a_long_list_cost_the_same_however_long_it_is(
    stores: tuple[Store, ...], matching: TaskFilter
) -> None:
    for sort, order in WAYS:
        for page in (0, -1):
            (few, _), (many, total) = [await store.steps(matching, sort, order, page) for store in stores]
            assert total > 10 * RARE
            assert many < 1.5 * few, (sort, order, page)


async def test_a_page_far_behind_costs_what_lies_before_it(stores: tuple[Store, ...]) -> None:
    _, large = stores
    for sort, order in WAYS:
        near, far = [(await large.steps(TaskFilter(), sort, order, page))[0] for page in (50, 150)]
        assert far - near < 20 * 1000, (sort, order)


@pytest.fixture(scope="module")
def filled_in_periods() -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "PERIOD", _HOURS)
        found = asyncio.run(_filled(101 * RARE))
    yield found
    asyncio.run(found.database.close())


@pytest.fixture
def in_periods(filled_in_periods: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The larger one, with its numbers kept of a few hours and not of weeks."""
    monkeypatch.setattr(counts, "PERIOD", _HOURS)
    return filled_in_periods


async def test_a_page_in_the_middle_is_walked_to_from_the_nearest_of_all_periods(
    in_periods: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = in_periods
    by_due = [way for way in WAYS if way[0] == "due_at"]
    due: dict[str, Any] = {"due_after": BEGAN + timedelta(days=1, minutes=100), "due_before": BEGAN + timedelta(days=3)}
    for matching, ways in (
        (TaskFilter(), WAYS),
        (TaskFilter(statuses=["pending"]), WAYS),
        (TaskFilter(statuses=["pending", "waiting"], priorities=["urgent", "low"]), WAYS),
        (TaskFilter(tags=["half"]), WAYS),
        (TaskFilter(tags=["half"], statuses=["pending"]), WAYS),
        (TaskFilter(**due), by_due),
        (TaskFilter(tags=["half"], **due), by_due),
    ):
        for sort, order in ways:
            needed = []
            for far in (0, store.number):
                monkeypatch.setattr(tasks, "_FAR", far)
                _, total = await store.steps(matching, sort, order, 0)
                needed.append((await store.steps(matching, sort, order, total // 20))[0])
            assert 1.2 * needed[0] < needed[1], (matching, sort, order)


async def test_what_is_due_in_a_long_while_is_counted_at_its_ends(
    in_periods: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for matching in (
        TaskFilter(due_before=BEGAN + timedelta(days=3)),
        TaskFilter(due_before=BEGAN + timedelta(days=3), tags=["half"]),
    ):
        at_its_ends, total = await in_periods.steps(matching, "due_at", "asc", 0)
        with monkeypatch.context() as patched:
            patched.setattr(Listed, "has_periods", False)
            whole, counted = await in_periods.steps(matching, "due_at", "asc", 0)
        assert total == counted > 10 * RARE
        assert at_its_ends < whole - 2 * total, matching


@pytest.mark.parametrize(
    "matching",
    [
        TaskFilter(tags=["half"]),
        TaskFilter(tags=["half"], statuses=["pending", "waiting"]),
        TaskFilter(tags=["half", "often"]),
        TaskFilter(tags=["half", "often"], priorities=["medium", "urgent"]),
    ],
    ids=str,
)
@pytest.mark.parametrize(("sort", "order"), WAYS)
async def test_those_with_tags_cost_what_lies_before_them_however_many_there_are(
    stores: tuple[Store, ...], matching: TaskFilter, sort: Sort, order: Order
) -> None:
    for page in (0, 10):
        (few, _), (many, total) = [await store.steps(matching, sort, order, page) for store in stores]
        assert total > 1000
        assert many < 1.2 * few, page
    near, far = [(await stores[1].steps(matching, sort, order, page))[0] for page in (20, 60)]
    assert far - near < 40 * 10 * 40


async def test_those_with_a_tag_that_are_due_in_a_while_cost_what_is_due_then(stores: tuple[Store, ...]) -> None:
    """And not what has the tag, or is due then without it."""
    for sort, order in WAYS:
        for tag in ("rare", "half"):
            matching = TaskFilter(tags=[tag], due_after=BEGAN, due_before=BEGAN + timedelta(days=1, hours=3))
            (few, _), (many, total) = [await store.steps(matching, sort, order, 0) for store in stores]
            assert 0 < total < 100
            assert many < 2 * few, (sort, order, tag)


@pytest.mark.parametrize(
    "matching",
    [
        PipelineFilter(pipeline_id="p"),
        PipelineFilter(stage_id="s", with_scheduled=True),
        PipelineFilter(pipeline_id="p", stage_id="s", statuses=["pending", "waiting"]),
    ],
    ids=str,
)
async def test_tasks_in_a_pipeline_cost_what_lies_before_them(
    stores: tuple[Store, ...], matching: PipelineFilter
) -> None:
    needed: dict[int, list[int]] = {0: [], 200: []}
    for offset, steps_of in needed.items():
        for store in stores:
            async with store.database.read() as reader:
                page = partial(pipelines.tasks, reader, "o", matching, offset=offset, limit=10)
                steps, found = await taken(reader, page)
                assert len(found) == 10
                steps_of.append(steps)
        assert steps_of[1] < 1.2 * steps_of[0]
    assert needed[200][1] - needed[0][1] < 40 * 200
    async with stores[1].database.read() as reader:
        steps, total = await taken(reader, lambda: pipelines.count(reader, "o", matching))
    assert total > 10 * RARE
    assert steps < 20 * stores[1].number  # no task is looked up


async def test_what_is_due_in_a_while_is_not_searched_for_among_what_was_made_or_changed_on_other_days(
    in_periods: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(*_: object) -> tuple[datetime, None, None]:
        return BEGAN - timedelta(days=1), None, None

    monkeypatch.setattr(starts, "_FEW", 100)
    early, late = {"due_before": BEGAN + timedelta(days=2)}, {"due_after": BEGAN + timedelta(days=3)}
    for moments, order in ((early, "desc"), (late, "asc")):
        for kinds in ({}, {"statuses": ["pending", "waiting"]}, {"tags": ["half"]}):
            matching = TaskFilter(**kinds, **moments)  # type: ignore[arg-type]
            for sort in ("created_at", "updated_at", "priority"):
                known, total = await in_periods.steps(matching, sort, order, 2)  # type: ignore[arg-type]
                with monkeypatch.context() as patched:
                    patched.setattr(counts, "days_of_due", unknown)
                    patched.setattr(tasks, "_SORTED", 1000)
                    searched, _ = await in_periods.steps(matching, sort, order, 2)  # type: ignore[arg-type]
                assert total > RARE
                assert known < 0.9 * searched, (matching, sort)


@pytest.mark.parametrize(("sort", "order"), [way for way in WAYS if way[0] != "due_at"])
async def test_the_middle_of_what_is_due_in_a_while_is_walked_to_from_the_nearest_of_all_periods(
    in_periods: Store, monkeypatch: pytest.MonkeyPatch, sort: Sort, order: Order
) -> None:
    monkeypatch.setattr(starts, "_FEW", 100)
    monkeypatch.setattr(starts, "_ENDS", 0)
    monkeypatch.setattr(starts, "_KEPT", 1e-9)
    monkeypatch.setattr(tasks, "_SORTED", 1000)
    due = {"due_after": BEGAN + timedelta(days=1, minutes=100), "due_before": BEGAN + timedelta(days=3, minutes=100)}
    for kinds in ({}, {"statuses": ["pending", "waiting"]}):
        matching = TaskFilter(**kinds, **due)  # type: ignore[arg-type]
        needed = []
        for near in (0, in_periods.number):
            monkeypatch.setattr(starts, "_NEAR", near)
            _, total = await in_periods.steps(matching, sort, order, 0)
            needed.append((await in_periods.steps(matching, sort, order, total // 20))[0])
        assert total > 10 * RARE
        assert 1.2 * needed[0] < needed[1], matching


async def test_most_tasks_with_one_tag_are_not_looked_up_among_those_with_another(
    stores: tuple[Store, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, store = stores
    for both in (["half", "seventh"], ["half", "often", "seventh"]):
        matching = TaskFilter(tags=both)
        for sort, order in (way for way in WAYS if way[0] != "priority"):  # half's have two of the four
            few, total = await store.steps(matching, sort, order, 10)
            with monkeypatch.context() as patched:
                patched.setattr(tags, "bits_of", lambda _: 0)
                all_, _ = await store.steps(matching, sort, order, 10)
            assert total > 100
            assert few < 0.9 * all_, (both, sort)


@pytest.mark.parametrize("both", [["half", "seventh"], ["half", "often", "seventh"]], ids=str)
async def test_a_task_with_one_tag_is_not_looked_up_among_those_with_another(
    stores: tuple[Store, ...], monkeypatch: pytest.MonkeyPatch, both: list[str]
) -> None:
    _, store = stores
    middle = 14
    known = [await store.steps(TaskFilter(tags=both), *way, middle) for way in WAYS]
    probed = await Database.open(":memory:")
    monkeypatch.setattr(tags, "LONGEST", 0)
    without_texts = Store(probed, store.number)
    await without_texts.fill()
    looked_up = [await without_texts.steps(TaskFilter(tags=both), *way, middle) for way in WAYS]
    await probed.close()
    for (few, total), (many, same) in zip(known, looked_up, strict=True):
        assert total == same > 2 * 10 * middle
        assert few < 0.8 * many


@pytest.mark.parametrize(
    "matching",
    [
        TaskFilter(tags=["half", "seventh"], assignee="ann"),
        TaskFilter(["pending"], ["urgent"], None, BEGAN + timedelta(days=2), BEGAN, ["half", "seventh"]),
    ],
    ids=str,
)
async def test_few_of_many_are_counted_and_sorted_in_one_walk(
    stores: tuple[Store, ...], monkeypatch: pytest.MonkeyPatch, matching: TaskFilter
) -> None:
    _, store = stores
    for sort, order in WAYS:
        once, total = await store.steps(matching, sort, order, 0)
        with monkeypatch.context() as patched:
            patched.setattr(tasks, "_AT_ONCE", inf)
            twice, same = await store.steps(matching, sort, order, 0)
        assert total == same > 1
        assert once < 0.95 * twice, (sort, order)


@pytest.mark.parametrize("bit", [1, 2**61], ids=["of one tag", "the last"])
async def test_tags_that_share_a_bit_are_told_apart(
    database: Database, monkeypatch: pytest.MonkeyPatch, bit: int
) -> None:
    monkeypatch.setattr(tags, "bits_of", lambda _: bit)
    store = Store(database, 101 * RARE)
    await store.fill()
    for sort, order in WAYS:
        _, total = await store.steps(TaskFilter(tags=["half", "seventh"]), sort, order, 3)
        assert total == len([place for place in range(store.number) if place % 2 and place % 7 == 0])


@pytest.mark.parametrize(
    "matching",
    [
        TaskFilter(tags=["half", "often", "seventh"]),
        TaskFilter(tags=["half", "seventh"], due_after=BEGAN),
        TaskFilter(tags=["half", "seventh"], due_after=BEGAN, due_before=BEGAN + timedelta(days=3)),
    ],
    ids=str,
)
async def test_of_those_with_one_tag_only_the_texts_that_have_the_others_are_met(
    stores: tuple[Store, ...], monkeypatch: pytest.MonkeyPatch, matching: TaskFilter
) -> None:
    _, store = stores
    for way in WAYS:
        for page in (0, 14, -1):
            many, total = await store.steps(matching, *way, page)
            with monkeypatch.context() as patched:
                patched.setattr(tasks, "_WORTH_TEXTS", {"sqlite": 0})
                few, same = await store.steps(matching, *way, page)
            assert total == same > 100
            assert few < 0.75 * many, (way, page)


@pytest.mark.parametrize(
    "matching",
    [
        TaskFilter(tags=["half", "often", "seventh"], assignee="ann"),
        TaskFilter(tags=["half", "often"], assignee="ann", due_after=BEGAN),
    ],
    ids=str,
)
async def test_what_has_another_condition_is_found_by_that_where_it_is_less(
    stores: tuple[Store, ...], monkeypatch: pytest.MonkeyPatch, matching: TaskFilter
) -> None:
    _, store = stores
    for way in WAYS:
        known, total = await store.steps(matching, *way, 0)
        with monkeypatch.context() as patched:
            patched.setattr(tasks, "_WORTH_TEXTS", {"sqlite": 0})
            by_texts, same = await store.steps(matching, *way, 0)
        assert total == same
        assert by_texts < 1.3 * known, way
