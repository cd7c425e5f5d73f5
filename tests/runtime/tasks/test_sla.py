"""By when tasks are due that nobody gives a due date."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasktalk.bots.dialects.standard_sla import STANDARD
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime import sla_words
from tasktalk.runtime.administration import Administration
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks import overdue
from tasktalk.runtime.tasks.model import NewTask, Task, Terms
from tasktalk.runtime.tasks.records import record
from tasktalk.storage import events
from tasktalk.storage.database import Database
from tests.runtime.tasks.conftest import NOW, Within


@pytest.fixture
async def organisation(database: Database, clock: VirtualClock) -> Administration:
    """One whose tasks are due as is usual."""
    made = Administration(database, clock, "test")
    await made.set_sla("default", STANDARD)
    return made


async def created(tasks: Within, **fields: Any) -> Task:
    within = tasks()
    task = await within.create(NewTask("Call Ana", **fields))
    await within.work.commit()
    return task


async def changed(tasks: Within, task: Task, **changes: object) -> Task:
    within = tasks()
    after, _ = await within.update(task.id, changes)
    await within.work.commit()
    return after


async def look(database: Database, clock: VirtualClock) -> None:
    async with database.read() as reader:
        found = await overdue.due(reader, clock.now())
    await overdue.mark(database, found, clock.now())


async def told(database: Database) -> list[tuple[str, Mapping[str, Any]]]:
    async with database.read() as reader:
        return [(row["kind"], row["changes"]) for row in await events.after(reader, "task", 0)]


def hours(task: Task) -> float | None:
    return None if task.due_at is None else (task.due_at - task.created_at).total_seconds() / 3600


async def test_td_47_to_50_each_priority_has_its_time(organisation: Administration, tasks: Within) -> None:
    await organisation.set_timezone("default", "America/New_York")
    found = {priority: await created(tasks, priority=priority) for priority in ("low", "medium", "high", "urgent")}
    assert {priority: hours(task) for priority, task in found.items() if priority != "urgent"} == {
        "low": None,
        "medium": 7 * 24,
        "high": 48,
    }
    assert found["urgent"].due_at == datetime(2024, 1, 16, 4, 59, 59, tzinfo=UTC)
    assert [task.is_due_by_sla for task in found.values()] == [False, True, True, True]


async def test_td_50_what_is_made_in_the_last_second_of_a_day_is_for_the_next(
    organisation: Administration, tasks: Within, clock: VirtualClock
) -> None:
    clock.advance(datetime(2024, 1, 15, 23, 59, 59, 500000, UTC) - NOW)
    assert (await created(tasks, priority="urgent")).due_at == datetime(2024, 1, 16, 23, 59, 59, tzinfo=UTC)


async def test_what_somebody_says_wins(organisation: Administration, tasks: Within) -> None:
    due_at = NOW + timedelta(days=30)
    task = await created(tasks, priority="high", due_at=due_at)
    assert (task.due_at, task.is_due_by_sla, task.sla(NOW)) == (due_at, False, None)
    task = await changed(tasks, task, priority="urgent")
    assert (task.due_at, task.is_due_by_sla) == (due_at, False)


async def test_what_somebody_says_later_wins(organisation: Administration, tasks: Within) -> None:
    task = await created(tasks, priority="high")
    due_at = NOW + timedelta(days=30)
    task = await changed(tasks, task, due_at=due_at)
    assert (task.due_at, task.is_due_by_sla) == (due_at, False)
    task = await changed(tasks, task, priority="urgent")
    assert task.due_at == due_at


async def test_the_due_date_follows_the_priority(
    organisation: Administration, tasks: Within, database: Database
) -> None:
    task = await changed(tasks, await created(tasks, priority="low"), priority="high")
    assert (hours(task), task.is_due_by_sla) == (48, True)
    task = await changed(tasks, task, priority="low")
    assert (task.due_at, task.is_due_by_sla) == (None, False)
    assert [changes for kind, changes in await told(database) if kind == "task_updated"] == [
        {
            "priority": ["low", "high"],
            "due_at": [None, "2024-01-17T10:00:00Z"],
            "is_due_by_sla": [False, True],
        },
        {
            "priority": ["high", "low"],
            "due_at": ["2024-01-17T10:00:00Z", None],
            "is_due_by_sla": [True, False],
        },
    ]


async def test_what_has_ended_or_runs_at_times_is_due_at_no_time(organisation: Administration, tasks: Within) -> None:
    assert (await created(tasks, status="completed")).due_at is None
    scheduled = await created(tasks, bot="support", schedule="daily")
    assert scheduled.due_at is None
    assert (await changed(tasks, scheduled, priority="urgent")).due_at is None


async def test_without_a_word_of_the_organisation_nothing_is_due(tasks: Within) -> None:
    assert [(await created(tasks, priority=name)).due_at for name in ("low", "urgent")] == [None, None]


async def test_what_is_there_stays_when_the_organisation_says_something_else(
    organisation: Administration, tasks: Within
) -> None:
    task = await created(tasks, priority="high")
    await organisation.set_sla("default", {"high": 1.0})
    assert hours(await tasks().get(task.id)) == 48
    assert hours(await created(tasks, priority="high")) == 1


async def test_a_warning_comes_before_it_and_then_the_breach_once_each(
    organisation: Administration, tasks: Within, database: Database, clock: VirtualClock
) -> None:
    task = await created(tasks, priority="high")
    seen = []
    for by in (timedelta(hours=36, seconds=-1), timedelta(seconds=1), timedelta(hours=12, seconds=-1)):
        clock.advance(by)
        await look(database, clock)
        seen.append([kind for kind, _ in await told(database)][1:])
    assert seen == [[], ["sla_warning"], ["sla_warning"]]
    assert task.sla(clock.now()) == "on_time"
    clock.advance(timedelta(seconds=2))
    for _ in range(2):
        await look(database, clock)
    assert (await told(database))[1:] == [
        ("sla_warning", {"is_due_soon": [False, True]}),
        ("task_overdue", {"is_overdue": [False, True], "is_breached": [False, True]}),
    ]
    assert task.sla(clock.now()) == "breached"
    assert record(task, clock.now())["sla"] == "breached"


async def test_after_a_downtime_there_is_the_breach_alone(
    organisation: Administration, tasks: Within, database: Database, clock: VirtualClock
) -> None:
    await created(tasks, priority="high")
    clock.advance(timedelta(days=9))
    await look(database, clock)
    await look(database, clock)
    assert [kind for kind, _ in await told(database)] == ["task_created", "task_overdue"]


async def test_what_is_done_is_warned_of_no_more_and_was_on_time(
    organisation: Administration, tasks: Within, database: Database, clock: VirtualClock
) -> None:
    task = await changed(tasks, await created(tasks, priority="high"), status="completed")
    clock.advance(timedelta(days=9))
    await look(database, clock)
    assert [kind for kind, _ in await told(database)] == ["task_created", "task_completed"]
    assert task.sla(clock.now()) == "on_time"


async def test_a_due_date_of_somebody_has_no_warning(
    organisation: Administration, tasks: Within, database: Database, clock: VirtualClock
) -> None:
    await created(tasks, due_at=NOW + timedelta(hours=48))
    clock.advance(timedelta(hours=47))
    await look(database, clock)
    clock.advance(timedelta(hours=2))
    await look(database, clock)
    assert (await told(database))[1:] == [("task_overdue", {"is_overdue": [False, True]})]


async def test_another_priority_brings_another_warning(
    organisation: Administration, tasks: Within, database: Database, clock: VirtualClock
) -> None:
    task = await created(tasks, priority="high")
    clock.advance(timedelta(hours=40))
    await look(database, clock)
    await changed(tasks, task, priority="medium")
    clock.advance(timedelta(hours=86))
    await look(database, clock)
    assert [kind for kind, _ in await told(database)] == [
        *("task_created", "sla_warning", "task_updated", "sla_warning"),
    ]


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("4", 4.0),
        ("4h", 4.0),
        ("1 hour", 1.0),
        ("2.5 days", 60.0),
        ("90 min", 1.5),
        ("TODAY", "today"),
        ("3660d", 87840.0),
    ],
)
def test_times_are_written_in_many_ways(written: str, hours: float | str) -> None:
    assert sla_words.read({"high": written}) == {"high": hours}


@pytest.mark.parametrize("written", ["", "h", "0h", "1w", "3661d", "tomorrow", "1,5h", "NaN", "١h"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refused:
        sla_words.read({"high": written})
    assert refused.value.code == "invalid_sla"


def test_what_is_shown_is_read_again() -> None:
    assert sla_words.read(sla_words.shown(STANDARD)) == STANDARD
    assert sla_words.read({"high": "none"}) == {}


async def test_td_50_a_task_stays_by_the_sla_that_its_due_date_comes_from(tasks: Within, database: Database) -> None:
    terms = Terms(sla={"medium": 3.0, "high": 2.0})
    unit = tasks()
    task = await unit.create(NewTask("t", priority="medium"), terms=terms)
    other = await unit.create(NewTask("u", priority="medium"))
    await unit.work.commit()
    assert (hours(task), hours(other)) == (3, None)
    task, other = await changed(tasks, task, priority="high"), await changed(tasks, other, priority="high")
    assert (hours(task), hours(other)) == (2, None)
    task = await changed(tasks, task, priority="urgent")
    assert (hours(task), task.own_sla) == (None, None)
    assert all("own_sla" not in changes for _, changes in await told(database))


async def test_the_organisations_own_sla_wins(organisation: Administration, tasks: Within) -> None:
    unit = tasks()
    task = await unit.create(NewTask("t", priority="high"), terms=Terms(sla={"high": 2.0}))
    await unit.work.commit()
    assert (hours(task), task.own_sla) == (48, None)
