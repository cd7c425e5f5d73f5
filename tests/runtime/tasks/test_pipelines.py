"""Pipelines, and what is changed at once with the way of a task through them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Actor, NewTask, Task
from tasktalk.runtime.tasks.pipeline import Stage
from tasktalk.runtime.tasks.pipeline_fields import MOST_STAGES
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.stages import Place
from tasktalk.storage import pipelines
from tasktalk.storage.database import Database
from tasktalk.storage.listing import TaskFilter
from tasktalk.storage.pipelines import PipelineFilter
from tasktalk.storage.writes import Conflict
from tests.runtime.tasks.conftest import Within
from tests.runtime.tasks.flows import do, rows


@contextmanager
def reads(unit: Tasks) -> Iterator[Callable[[], int]]:
    """Counts how often the unit reads the store."""
    count, read = 0, unit.work.read

    def counted() -> Any:
        nonlocal count
        count += 1
        return read()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit.work, "read", counted)
        yield lambda: count


async def made(tasks: Within, stages: int = 2) -> Task:
    """A task at the first stage of a pipeline, both numbered 1."""
    unit = tasks()
    for _ in range(stages):
        await Pipelines(unit).create_stage({"name": "s"})
    await Pipelines(unit).create({"name": "P", "stages": list(range(1, stages + 1))})
    task = await unit.create(NewTask("t"), place=Place(1))
    await unit.work.commit()
    return task


async def test_everything_can_happen_in_one_unit_of_work(tasks: Within) -> None:
    task = await made(tasks)
    unit = tasks()
    await unit.update(task.id, {"status": "in_progress"}, place=Place(1, 2))
    await Pipelines(unit).update_stage(1, {"name": "first"})
    third = await Pipelines(unit).create_stage({"name": "third", "pipeline": 1})
    await unit.update(task.id, {}, place=Place(1, third.number))
    after, _ = await unit.update(task.id, {"status": "failed"})
    standing = await unit.stages.standing(task.id)
    assert standing is not None
    assert (after.status, standing.stage, standing.attempt) == ("failed", 3, 1)
    await unit.work.commit()
    assert [stage.name for stage in (await Pipelines(tasks()).get(1)).stages] == ["first", "s", "third"]


@pytest.mark.parametrize("change", ["leave", "delete"])
async def test_a_stage_that_goes_meanwhile_is_noticed(tasks: Within, change: str) -> None:
    task = await made(tasks)
    one, other = tasks(), tasks()
    await one.update(task.id, {}, place=Place(1, 2))
    if change == "leave":
        await Pipelines(other).update_stage(2, {"pipeline": None})
    else:
        await Pipelines(other).delete_stage(2)
    await other.work.commit()
    with pytest.raises(Conflict):
        await one.work.commit()
    with pytest.raises(Refused, match="Workflow 1 has no step 2"):
        await tasks().update(task.id, {}, place=Place(1, 2))


async def test_a_task_that_comes_meanwhile_is_noticed(tasks: Within) -> None:
    task = await made(tasks)
    one, other = tasks(), tasks()
    await Pipelines(one).delete_stage(2)
    await other.update(task.id, {}, place=Place(1, 2))
    await other.work.commit()
    with pytest.raises(Conflict):
        await one.work.commit()
    await do(tasks, "delete", task.id)
    unit = tasks()
    await Pipelines(unit).delete_stage(2)
    await unit.work.commit()


async def test_of_two_that_take_a_number_at_once_one_looks_again(tasks: Within) -> None:
    one, other = tasks(), tasks()
    for unit in (one, other):
        assert (await Pipelines(unit).create({"name": "P"})).number == 1
    await one.work.commit()
    with pytest.raises(Conflict):
        await other.work.commit()
    assert (await Pipelines(tasks()).create({"name": "P"})).number == 2


async def test_cz_06_a_number_is_given_once(tasks: Within) -> None:
    await made(tasks)
    unit = tasks()
    await Pipelines(unit).create_stage({"name": "third"})
    await Pipelines(unit).delete_stage(3)
    assert (await Pipelines(unit).create_stage({"name": "fourth"})).number == 4
    await unit.work.commit()
    unit = tasks()
    await Pipelines(unit).delete_stage(4)
    await unit.work.commit()
    elsewhere = Actor("eve", "other", "test")
    for actor, number in ((Actor("ana", "default", "test"), 5), (elsewhere, 1), (elsewhere, 2)):
        unit = tasks(actor)
        assert (await Pipelines(unit).create_stage({"name": "s"})).number == number
        await unit.work.commit()


async def test_a_pipeline_has_so_many_stages(tasks: Within) -> None:
    await made(tasks, MOST_STAGES)
    with pytest.raises(Refused, match=f"can have at most {MOST_STAGES} steps"):
        await Pipelines(tasks()).create_stage({"name": "s", "pipeline": 1})
    with pytest.raises(Refused, match=f"can have at most {MOST_STAGES} steps, got {MOST_STAGES + 1}"):
        await Pipelines(tasks()).create({"name": "P", "stages": list(range(1, MOST_STAGES + 2))})


async def two(tasks: Within) -> None:
    """Two pipelines with two stages each, numbered 1 to 4, and a stage of none."""
    unit = tasks()
    for _ in range(5):
        await Pipelines(unit).create_stage({"name": "s"})
    for numbers in ([1, 2], [3, 4]):
        await Pipelines(unit).create({"name": "P", "stages": numbers})
    await unit.work.commit()


def names(stage: Stage) -> tuple[object, object]:
    return stage.next_id, stage.failed_next_id


@pytest.mark.parametrize("name", ["next", "failed_next"])
async def test_cz_12_what_comes_after_a_stage_is_of_its_own_pipeline(tasks: Within, name: str) -> None:
    await two(tasks)
    elsewhere = "Step 3 is one of another workflow"
    with pytest.raises(Refused, match=elsewhere) as refused:
        await Pipelines(tasks()).update_stage(1, {name: 3})
    assert refused.value.code == "unknown_step"
    with pytest.raises(Refused, match=elsewhere):
        await Pipelines(tasks()).create_stage({"name": "s", "pipeline": 1, name: 3})
    unit = tasks()
    await Pipelines(unit).update_stage(5, {name: 3})
    await unit.work.commit()
    for change in ({"pipeline": 1}, {"pipeline": 1, "name": "t"}):
        with pytest.raises(Refused, match=elsewhere):
            await Pipelines(tasks()).update_stage(5, change)
    with pytest.raises(Refused, match=elsewhere):
        await Pipelines(tasks()).update(1, {"stages": [1, 2, 5]})
    with pytest.raises(Refused, match=elsewhere):
        await Pipelines(tasks()).create({"name": "P", "stages": [5]})
    unit = tasks()
    await Pipelines(unit).update_stage(5, {"pipeline": 2})
    await Pipelines(unit).update(2, {"stages": [5, 4, 3]})
    await unit.work.commit()


@pytest.mark.parametrize("name", ["next", "failed_next"])
async def test_cz_12_a_stage_that_others_lead_to_comes_into_no_other_pipeline(tasks: Within, name: str) -> None:
    await two(tasks)
    unit = tasks()
    await Pipelines(unit).update_stage(1, {name: 5})
    await unit.work.commit()
    told = "Step 1 of another workflow leads to it"
    with pytest.raises(Refused, match=told):
        await Pipelines(tasks()).update_stage(5, {"pipeline": 2})
    with pytest.raises(Refused, match=told):
        await Pipelines(tasks()).update(2, {"stages": [3, 4, 5]})
    with pytest.raises(Refused, match=told):
        await Pipelines(tasks()).create({"name": "P", "stages": [5]})
    unit = tasks()
    await Pipelines(unit).update(1, {"stages": [1, 2, 5]})
    await unit.work.commit()


@pytest.mark.parametrize("way", ["move", "leave out"])
async def test_a_stage_that_leaves_is_named_no_more(tasks: Within, way: str) -> None:
    await two(tasks)
    unit = tasks()
    await Pipelines(unit).update_stage(1, {"next": 2, "failed_next": 2})
    await unit.work.commit()
    unit = tasks()
    if way == "move":
        await Pipelines(unit).update_stage(2, {"pipeline": 2})
    else:
        await Pipelines(unit).update(1, {"stages": [1]})
    await unit.work.commit()
    assert names(await Pipelines(tasks()).get_stage(1)) == (None, None)


async def test_stages_are_read_together(tasks: Within) -> None:
    await made(tasks, 30)
    for change in ({"stages": [1, 2]}, {"stages": list(range(30, 0, -1))}):
        unit = tasks()
        with reads(unit) as count:
            await Pipelines(unit).update(1, change)
        await unit.work.commit()
        assert count() <= 12
    unit = tasks()
    await unit.delete((await unit.page(TaskFilter()))[0][0].id)
    await unit.work.commit()
    unit = tasks()
    with reads(unit) as count:
        await Pipelines(unit).delete(1)
    assert count() <= 12


async def test_a_move_reads_each_thing_once(tasks: Within) -> None:
    task = await made(tasks)
    unit = tasks()
    with reads(unit) as count:
        await unit.update(task.id, {"status": "in_progress", "title": "u"}, place=Place(1, 2))
        assert count() <= 8
        await unit.update(task.id, {}, place=Place(1, 1))
        await unit.stages.standing(task.id)
        await unit.stages.told(task.id)
        assert count() <= 9
    await unit.work.commit()


async def test_what_is_refused_of_pipelines_writes_nothing(tasks: Within) -> None:
    await two(tasks)
    unit = tasks()
    await unit.create(NewTask("t"), place=Place(1))
    await unit.work.commit()
    pipelines = Pipelines(unit := tasks())
    for refused in (
        pipelines.create_stage({"name": "s", "pipeline": 1, "script": "x.bas"}),
        pipelines.create_stage({"name": "s", "pipeline": 1, "next": 3}),
        pipelines.update_stage(1, {"pipeline": 2}),
        pipelines.update_stage(5, {"pipeline": 2, "script": "x.bas"}),
        pipelines.create({"name": "P", "stages": [5, 6]}),
        pipelines.create({"name": "P", "stages": [5], "first_stage": 1}),
        pipelines.update(1, {"name": "Q", "stages": [2]}),
        pipelines.update(2, {"name": "Q", "stages": [3], "first_stage": 4}),
        pipelines.delete_stage(1),
        pipelines.delete(1),
    ):
        with pytest.raises(Refused):
            await refused
        assert unit.work.writes.writes == []


@pytest.mark.parametrize(
    ("verb", "arguments", "said"),
    [
        ("create", [{"name": " "}], "A workflow needs a name: a text that is not blank"),
        ("create_stage", [{"name": None}], "A step needs a name: a text that is not blank"),
        ("create_stage", [{"name": "s", "next": 3_000_000_000}], "There is no step 3000000000"),
        ("create_stage", [{"name": "s", "pipeline": "1"}], "Workflow must be a whole number"),
        ("delete", [1], "There are tasks in it: workflow 1 cannot go (move them to another workflow first)"),
        ("delete_stage", [1], "There are tasks at it: step 1 cannot go (move them to another step first)"),
    ],
)
async def test_what_is_wrong_is_said_with_the_way_out(
    tasks: Within, verb: str, arguments: list[Any], said: str
) -> None:
    await made(tasks)
    with pytest.raises(Refused) as refused:
        await getattr(Pipelines(tasks()), verb)(*arguments)
    found = refused.value
    assert found.message + (f" ({found.hint})" if found.hint else "") == said


async def test_a_refusal_leaves_nothing(tasks: Within, database: Database) -> None:
    task = await made(tasks)
    unit = tasks()
    for place in (Place(2), Place(1, 3), Place(None, 1)):
        with pytest.raises(Refused):
            await unit.update(task.id, {"title": "u"}, place=place)
        with pytest.raises(Refused):
            await unit.create(NewTask("u"), place=place)
    assert unit.work.writes.writes == []
    assert [row["title"] for row in await rows(database, "task")] == ["t"]


async def test_lists_of_a_pipeline_and_of_a_stage_have_what_is_so_now(tasks: Within, database: Database) -> None:
    first = await made(tasks)
    ids = [first.id]
    for _ in range(5):
        unit = tasks()
        ids.append((await unit.create(NewTask("t"), place=Place(1))).id)
        await unit.work.commit()
    await do(tasks, "update", ids[0], {"status": "in_progress"})
    await do(tasks, "set_schedule", ids[1], "0 9 * * *", "UTC", "standup")
    unit = tasks()
    await unit.update(ids[2], {}, place=Place(1, 2))
    await unit.work.commit()
    unit = tasks()
    await unit.update(ids[3], {"status": "cancelled"}, place=Place(None, None))
    await unit.work.commit()
    unit = tasks()
    await unit.update(ids[5], {"status": "cancelled"}, place=Place(1, 2))
    await unit.work.commit()

    async def listed(stage: int | None = None, pipeline: int | None = 1, **asked: Any) -> list[int]:
        given: Any = {"external_id": None, "statuses": None, "with_scheduled": False, **asked}
        found, total = await Pipelines(tasks()).tasks(pipeline=pipeline, stage=stage, page=1, limit=9, **given)
        assert total == len(found)
        return [ids.index(task.id) for task in found]

    assert await listed() == [5, 4, 2, 0]
    assert await listed(with_scheduled=True) == [5, 4, 2, 1, 0]
    assert await listed(statuses=["in_progress", "cancelled"]) == [5, 0]
    assert await listed(1) == [4, 0]
    assert await listed(2, None) == [5, 2]
    assert await listed(2, statuses=["pending"]) == [2]
    await do(tasks, "set_schedule", ids[1], None, "UTC", "standup")
    assert await listed(1, with_scheduled=True) == await listed(1) == [4, 1, 0]


async def test_the_tasks_of_a_pipeline_are_those_of_its_organisation(tasks: Within, database: Database) -> None:
    await made(tasks)
    async with database.read() as reader:
        [head] = await pipelines.by_numbers(reader, "pipeline", "default", [1])
        [stage, _] = await pipelines.by_numbers(reader, "pipeline_stage", "default", [1, 2])
        for matching in (PipelineFilter(pipeline_id=head["id"]), PipelineFilter(stage_id=stage["id"])):
            assert [await pipelines.count(reader, of, matching) for of in ("default", "other")] == [1, 0]
            assert not await pipelines.tasks(reader, "other", matching, offset=0, limit=9)
