"""Lists of tasks: each order and filter as one would do it by hand, whichever way the store takes; and the numbers."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations
from math import inf
from typing import Any, get_args

import pytest
from sqlalchemy import select

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import NewTask, Task
from tasktalk.runtime.tasks.statuses import PRIORITIES
from tasktalk.storage import counts, starts, tables
from tasktalk.storage import tasks as stored
from tasktalk.storage.database import Database
from tasktalk.storage.listing import Order, Sort, TaskFilter
from tasktalk.storage.tags import bits_of, text_of
from tests.runtime.tasks.conftest import NOW, Within

STATUSES = ("pending", "in_progress", "needs_help", "completed")
NOON = NOW + timedelta(hours=2)
ENDS = (datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
"""Of time."""
TICK = timedelta(microseconds=1)
FILTERS: dict[str, tuple[TaskFilter, Callable[[Task], bool]]] = {
    "all": (TaskFilter(), lambda task: True),
    "scheduled, too": (TaskFilter(with_scheduled=True), lambda task: True),
    "status": (TaskFilter(statuses=["pending"]), lambda task: task.status == "pending"),
    "statuses": (TaskFilter(statuses=STATUSES[1:3]), lambda task: task.status in STATUSES[1:3]),
    "priority": (TaskFilter(priorities=["high"]), lambda task: task.priority == "high"),
    "no priorities in particular": (TaskFilter(statuses=[], priorities=[]), lambda task: True),
    "priorities": (TaskFilter(priorities=["low", "high"]), lambda task: task.priority in {"low", "high"}),
    "assignee": (TaskFilter(assignee="bo"), lambda task: task.assignee == "bo"),
    "space": (TaskFilter(space_id="s1"), lambda task: task.space_id == "s1"),
    "due": (TaskFilter(due_after=NOON), lambda task: task.due_at is not None and task.due_at > NOON),
    "due in a while": (
        TaskFilter(["pending"], due_after=NOW + timedelta(hours=1), due_before=NOW + timedelta(hours=3, seconds=1)),
        lambda task: (
            task.status == "pending"
            and task.due_at is not None
            and NOW + timedelta(hours=1) < task.due_at <= NOW + timedelta(hours=3)
        ),
    ),
    "due at any time": (
        TaskFilter(due_after=datetime.min.replace(tzinfo=UTC), due_before=datetime.max.replace(tzinfo=UTC)),
        lambda task: task.due_at not in (None, *ENDS),
    ),
    "due before": (
        TaskFilter(due_before=NOON + timedelta(hours=1)),
        lambda task: task.due_at is not None and task.due_at < NOON + timedelta(hours=1),
    ),
    "priorities, due before": (
        TaskFilter(priorities=["low", "high"], due_before=NOON),
        lambda task: task.priority in {"low", "high"} and task.due_at is not None and task.due_at < NOON,
    ),
    "tag": (TaskFilter(tags=["a"]), lambda task: "a" in task.tags),
    "tags": (TaskFilter(tags=["a", "b"]), lambda task: {"a", "b"} <= set(task.tags)),
    "tag and priority": (
        TaskFilter(priorities=["high"], tags=["a"]),
        lambda task: task.priority == "high" and "a" in task.tags,
    ),
    "tag and due": (
        TaskFilter(due_after=NOON, tags=["a"]),
        lambda task: task.due_at is not None and task.due_at > NOON and "a" in task.tags,
    ),
    "three tags": (TaskFilter(tags=["a", "c", "b"]), lambda task: {"a", "b", "c"} <= set(task.tags)),
    "tags, due before": (
        TaskFilter(tags=["b", "a"], due_before=NOON + timedelta(hours=1)),
        lambda task: task.due_at is not None and task.due_at < NOON + timedelta(hours=1) and {"a", "b"} <= {*task.tags},
    ),
    "in a space": (
        TaskFilter(["pending"], tags=["a"], space_id="s1"),
        lambda task: task.status == "pending" and "a" in task.tags and task.space_id == "s1",
    ),
    "all of it": (
        TaskFilter(STATUSES[:2], ["low", "high"], "bo", NOW + timedelta(days=9), NOW, ["a"]),
        lambda task: (
            task.status in STATUSES[:2]
            and task.priority in {"low", "high"}
            and task.assignee == "bo"
            and task.due_at not in (None, *ENDS)
            and "a" in task.tags
        ),
    ),
}


async def made(tasks: Within, clock: VirtualClock, number: int, *, seconds: int = 1) -> list[Task]:
    """Tasks of all kinds, made so many seconds apart or at once, a quarter of them changed since."""
    dice = random.Random(7)
    found = []
    for place in range(number):
        clock.advance(timedelta(seconds=seconds * dice.randrange(2)))
        due_at = dice.choice([None, *(NOW + timedelta(hours=hours) for hours in (1, 2, 3, 24)), ENDS[1]])
        new = NewTask(
            f"task {place}",
            status=dice.choice(STATUSES),
            priority=dice.choice(PRIORITIES),
            assignee=dice.choice([None, "bo", "cy"]),
            due_at=due_at,
            tags=dice.sample(["a", "b", "c"], dice.randrange(4)),
            space_id="s1" if place % 2 else None,
            **({"bot": "standup", "schedule": "0 9 * * *"} if dice.random() < 0.2 else {}),
        )
        unit = tasks()
        task = await unit.create(new)
        await unit.work.commit()
        found.append(task)
    for task in dice.sample(found, number // 4):
        clock.advance(timedelta(seconds=1))
        unit = tasks()
        changes = {
            "status": dice.choice(["pending", "in_progress"]),
            "priority": dice.choice(PRIORITIES),
            "tags": ["c", "a"],
            "due_at": dice.choice([task.due_at, NOW + timedelta(hours=dice.randrange(1, 4))]),
        }
        found[found.index(task)], _ = await unit.update(task.id, changes)
        await unit.work.commit()
    for task in dice.sample(found[:-1], number // 10):
        found[found.index(task)] = await as_imported(tasks, task, {"due_at": ENDS[0]})
    gone = found.pop()
    unit = tasks()
    await unit.delete(gone.id)
    await unit.work.commit()
    return found


async def as_imported(tasks: Within, task: Task, values: Mapping[str, object]) -> Task:
    """The task with what none can say who asks for a task."""
    unit = tasks()
    row = await unit.work.task(task.id)
    assert row is not None
    unit.work.change("task", row, values)
    await unit.work.commit()
    return await tasks().get(task.id)


def in_order(found: list[Task], sort: Sort, order: Order) -> list[str]:
    """The ids as they shall come."""
    key: dict[str, Callable[[Task], Any]] = {
        "created_at": lambda task: (task.created_at, task.id),
        "due_at": lambda task: (task.due_at, task.created_at, task.id),
        "updated_at": lambda task: (task.updated_at, task.created_at, task.id),
        "priority": lambda task: (PRIORITIES.index(task.priority), task.created_at, task.id),
    }
    never = [task for task in found if sort == "due_at" and task.due_at is None]
    rest = [task for task in found if task not in never]
    parts = [(rest, key[sort]), (never, key["created_at"])]
    return [task.id for part, by in parts for task in sorted(part, key=by, reverse=order == "desc")]


@pytest.mark.parametrize("period", [None, timedelta(seconds=150), timedelta(minutes=50)], ids=str)
@pytest.mark.parametrize(
    ("is_along", "at_once"),
    [(False, inf), (True, inf), (None, inf), (None, 0)],
    ids=["sorted", "met on the way", "as is cheaper", "counted and sorted at once"],
)
@pytest.mark.parametrize("least", [min, max], ids=["found by what is cheapest", "found by what is dearest"])
async def test_each_list_is_as_one_would_make_it_by_hand(
    tasks: Within,
    clock: VirtualClock,
    monkeypatch: pytest.MonkeyPatch,
    is_along: bool | None,
    at_once: float,
    least: Any,
    period: timedelta | None,
) -> None:
    monkeypatch.setattr(stored, "_AT_ONCE", at_once)
    if period is not None:  # in which few tasks are made, or due: each page is looked for between two
        monkeypatch.setattr(counts, "PERIOD", period)
        monkeypatch.setattr(stored, "_FAR", -1)
        monkeypatch.setattr(starts, "_FEW", 0)
        monkeypatch.setattr(starts, "_NEAR", -1)
        monkeypatch.setattr(starts, "_ENDS", 0)
        monkeypatch.setattr(starts, "_KEPT", 1e-9)
    if is_along is not None:
        monkeypatch.setattr(stored, "_is_along", lambda *_: is_along)
    monkeypatch.setattr(stored, "_least", lambda costs: least(costs, key=costs.get, default=""))
    found = await made(tasks, clock, 60, seconds=40)
    for name, (matching, is_matched) in FILTERS.items():
        right = [task for task in found if is_matched(task) and (matching.with_scheduled or not task.is_scheduled)]
        assert right, name
        for sort in get_args(Sort):
            for order in get_args(Order):
                ids: list[str] = []
                for page in range(1, len(right) // 7 + 3):
                    some, total = await tasks().page(matching, sort, order, page, 7)
                    assert total == len(right), (name, sort, order)
                    ids += [task.id for task in some]
                assert ids == in_order(right, sort, order), (name, sort, order)


async def test_what_was_made_at_the_end_of_time_is_on_a_page_in_any_order(
    tasks: Within, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "_least", lambda costs: "due_at")
    found = await made(tasks, clock, 9)
    found[0] = await as_imported(tasks, found[0], {"due_at": NOON, "created_at": ENDS[1], "updated_at": ENDS[1]})
    right = [task for task in found if task.due_at is not None and task.due_at >= NOON and not task.is_scheduled]
    for sort in get_args(Sort):
        page, total = await tasks().page(TaskFilter(due_after=NOON - TICK), sort, "desc", 1, 20)
        assert ([task.id for task in page], total) == (in_order(right, sort, "desc"), len(right))


async def test_the_numbers_are_those_of_the_tasks(
    tasks: Within, clock: VirtualClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "PERIOD", timedelta(seconds=150))
    found = await made(tasks, clock, 40, seconds=40)
    expected: Counter[tuple[object, ...]] = Counter()
    for task in found:
        moments = {"count": task.created_at, "updated_count": task.updated_at, "due_count": task.due_at}
        moments["undue_count"] = task.created_at if task.due_at is None else None
        for tag in {"", *task.tags}:
            for name, at in moments.items():
                if at is not None:
                    its = (tag, task.is_scheduled, task.status, task.priority, counts.period_of(at))
                    expected["default", *its, name] += 1
    assert len({key[5] for key in expected}) > 3
    columns = ("organisation_id", "tag", "is_scheduled", "status", "priority", "period")
    async with database.read() as reader:
        rows = await reader.rows(select(tables.task_count))
    kept = {(*(row[key] for key in columns), name): row[name] for row in rows for name in get_args(counts.Counted)}
    assert {key: number for key, number in kept.items() if number} == expected


async def test_of_what_is_due_in_a_period_it_is_known_how_many_were_made_and_changed_in_each(
    tasks: Within, clock: VirtualClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "PERIOD", timedelta(seconds=150))
    expected: Counter[tuple[object, ...]] = Counter()
    for task in await made(tasks, clock, 40, seconds=40):
        if task.due_at is not None:
            for name, at in (("count", task.created_at), ("updated_count", task.updated_at)):
                its = (counts.period_of(task.due_at), counts.period_of(at))
                expected["default", *its, task.is_scheduled, task.status, task.priority, name] += 1
    assert len({key[2] for key in expected}) > 3
    columns = ("organisation_id", "due_period", "period", "is_scheduled", "status", "priority")
    async with database.read() as reader:
        rows = await reader.rows(select(tables.task_due_count))
    names = ("count", "updated_count")
    kept = {(*(row[key] for key in columns), name): row[name] for row in rows for name in names}
    assert {key: number for key, number in kept.items() if number} == expected


async def test_of_what_is_due_on_a_day_it_is_known_when_it_was_made_and_changed(
    tasks: Within, clock: VirtualClock, database: Database
) -> None:
    dice = random.Random(3)
    found = [task for task in await made(tasks, clock, 60) if task.due_at is not None]
    for place, task in enumerate(found):
        days = timedelta(days=dice.randrange(9)), timedelta(days=dice.randrange(-9, 9))
        moments = {"due_at": dice.choice([task.due_at, NOW + days[0]]), "updated_at": NOW + days[1]}
        found[place] = await as_imported(tasks, task, moments)
    async with database.read() as reader:
        for at in {task.due_at for task in found}:
            right = [task for task in found if task.due_at == at]
            assert at is not None
            while_ = (None if at == ENDS[0] else at - TICK, None if at == ENDS[1] else at + TICK)
            known = await counts.days_of_due(reader, "default", *while_)
            assert known is not None
            first, made_before, changed_before = known
            assert made_before is not None
            assert changed_before is not None
            assert first <= min(min(task.created_at, task.updated_at) for task in right)
            assert max(task.created_at for task in right) < made_before
            assert max(task.updated_at for task in right) < changed_before
        none = [NOW - timedelta(days=9), NOW - timedelta(days=8)]
        assert await counts.days_of_due(reader, "default", *none) is None
    assert len({task.due_at for task in found}) > 5


async def test_the_numbers_of_pairs_of_tags_are_those_of_the_tasks(
    tasks: Within, clock: VirtualClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST_PAIRED", 2)
    found = await made(tasks, clock, 60)
    expected: Counter[tuple[object, ...]] = Counter()
    for task in found:
        tags = sorted(task.tags)
        for pair in [(tag, "") for tag in tags] if len(tags) > 2 else combinations(tags, 2):
            expected[*pair, task.is_scheduled, task.status, task.priority] += 1
    assert {len(set(task.tags)) for task in found} == {0, 1, 2, 3}
    columns = ("tag", "other", "is_scheduled", "status", "priority")
    async with database.read() as reader:
        rows = await reader.rows(select(tables.task_pair_count))
    assert {tuple(row[name] for name in columns): row["count"] for row in rows if row["count"]} == expected


@pytest.mark.parametrize("most", [2, 8], ids=["tasks with more tags are counted", "all pairs are kept"])
async def test_the_total_of_two_tags_counts_each_task(
    tasks: Within, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(counts, "MOST_PAIRED", most)
    found = [task for task in await made(tasks, clock, 60) if not task.is_scheduled]
    for pair in (["a", "b"], ["b", "a"], ["c", "a", "c"], ["b", "é"]):
        for statuses in (None, ["pending"]):
            right = [task for task in found if {*pair} <= {*task.tags} and task.status in (statuses or STATUSES)]
            assert (await tasks().page(TaskFilter(tags=pair, statuses=statuses)))[1] == len(right)


async def test_what_is_held_beside_the_tags_is_the_tasks(
    tasks: Within, clock: VirtualClock, database: Database
) -> None:
    found = {task.id: task for task in await made(tasks, clock, 40)}
    async with database.read() as reader:
        tagged = await reader.rows(select(tables.task_tag))
        own = await stored.by_ids(reader, list(found))
    assert {(row["task_id"], row["tag"]) for row in tagged} == {
        (task.id, tag) for task in found.values() for tag in task.tags
    }
    for row in tagged:
        names = row.keys() - {"tag", "task_id", "tag_bits", "all_tags"}
        assert row["tag_bits"] == bits_of(found[row["task_id"]].tags)
        assert row["all_tags"] == text_of(found[row["task_id"]].tags)
        assert {name: row[name] for name in names} == {name: own[row["task_id"]][name] for name in names}
