"""Pipelines, and what is changed at once with the way of a task through them."""

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Actor, NewTask, Task
from tasktalk.runtime.tasks.pipelines import MOST_STAGES, Pipelines
from tasktalk.runtime.tasks.stages import Place
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict
from tests.runtime.tasks.conftest import Within
from tests.runtime.tasks.flows import do, rows


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
    with pytest.raises(Refused, match=f"can have {MOST_STAGES} steps"):
        await Pipelines(tasks()).create_stage({"name": "s", "pipeline": 1})
    with pytest.raises(Refused, match=f"can have {MOST_STAGES} steps, got {MOST_STAGES + 1}"):
        await Pipelines(tasks()).create({"name": "P", "stages": list(range(1, MOST_STAGES + 2))})


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
