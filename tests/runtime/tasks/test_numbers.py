"""Numbers of tasks: each has one, none has another's, and every way in knows a task by it."""

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Actor, NewTask, Task, number, spelled
from tasktalk.runtime.tasks.scheduled import ScheduledTasks
from tasktalk.storage import numbers
from tasktalk.storage.database import Database
from tasktalk.storage.scheduled_tasks import ScheduledFilter
from tests.databases import IS_POSTGRESQL
from tests.runtime.tasks.conftest import Within


async def made(tasks: Within, *titles: str, **values: object) -> list[Task]:
    unit = tasks()
    found = [await unit.create(NewTask(title, **values)) for title in titles]
    await unit.work.commit()
    return found


async def numbered(database: Database, *found: Task) -> list[int | None]:
    async with database.read() as reader:
        known = await numbers.of(reader, [task.id for task in found])
    return [known.get(task.id) for task in found]


async def test_tasks_are_numbered_in_the_order_of_their_making_across_organisations(
    tasks: Within, database: Database
) -> None:
    first, second = await made(tasks, "one", "two")
    unit = tasks(Actor("eve", "other", "test"))
    third = await unit.create(NewTask("three"))
    await unit.work.commit()
    one, two, three = await numbered(database, first, second, third)
    assert one is not None
    assert two is not None
    assert three is not None
    assert one < two < three
    if not IS_POSTGRESQL:  # where a transaction that is undone keeps the numbers that it took
        assert three == one + 2


async def test_a_number_is_never_given_again(tasks: Within, database: Database) -> None:
    [old] = await made(tasks, "old")
    [before] = await numbered(database, old)
    unit = tasks()
    await unit.delete(str(before))
    await unit.work.commit()
    [new] = await made(tasks, "new")
    gone, after = await numbered(database, old, new)
    assert gone is None
    assert before is not None
    assert after is not None
    assert after > before
    with pytest.raises(Refused, match=f"Task {before} not found"):
        await tasks().get(str(before))


async def test_x_10_a_task_is_known_by_each_spelling(tasks: Within, database: Database) -> None:
    task, other = await made(tasks, "t", "u")
    [said] = await numbered(database, task)
    for spelling in (task.id, spelled(task.id), f"task_{task.id}".upper(), f"{said}", f" 00{said} "):
        assert await tasks().get(spelling) == task
        unit = tasks()
        changed, fields = await unit.update(spelling, {"title": f"as {spelling}"})
        assert (changed.id, fields) == (task.id, ["title"])
        await unit.set_dependencies(spelled(other.id), [spelling])
        assert await unit.dependencies(other) == [task.id]


async def test_a_list_goes_on_behind_a_number(tasks: Within, database: Database) -> None:
    first, second = await made(tasks, "a", "b", schedule="0 9 * * *", bot="daily")
    [said] = await numbered(database, first)
    found = await ScheduledTasks(tasks()).page(ScheduledFilter(), order="asc", after=str(said), limit=9)
    assert [each.task.id for each in found] == [second.id]


async def test_another_organisations_number_is_nobodys(tasks: Within, database: Database) -> None:
    [task] = await made(tasks, "t")
    [said] = await numbered(database, task)
    outside = tasks(Actor("eve", "other", "test"))
    own = await outside.create(NewTask("u"))
    for asked in (outside.get(str(said)), outside.set_dependencies(own.id, [str(said)])):
        with pytest.raises(Refused) as refused:
            await asked
        assert (refused.value.code, refused.value.message) == ("task_not_found", f"Task {said} not found")


@pytest.mark.parametrize("said", ["", "1.0", "-1", "+1", "1e3", "٣", "²", "tsk_1", "1 2", "1" * 16])
def test_what_is_no_number(said: str) -> None:
    assert number(said) is None


@pytest.mark.parametrize("said", ["0", "9" * 15])
async def test_a_number_that_no_task_has(tasks: Within, said: str) -> None:
    with pytest.raises(Refused, match=f"Task {said} not found"):
        await tasks().get(said)
