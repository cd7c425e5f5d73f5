"""TeamDay: metadata, which is the context of a task with its tags in it, and what it says of dependencies."""

import json
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.teamday import waiting
from tasktalk.runtime.tasks.dependencies import MOST
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.teamday.conftest import Day, kinds, told

VALUES: list[Any] = [
    {},
    {"a": None, "b": [1, 2.5, "x", True, False, None, [], {}], "c": {"d": {"e": [[["deep"]]]}}},
    {"tags": ["b", "a", "b"], "n": -1e-9, "large": 2**60, "": "empty", "ключ": "значение 🙂"},
    {"when": "2025-12-10T17:00:00Z", "day": "2025-12-10"},
    {"tags": "urgent"},
    {"tags": []},
    {"tags": [1, "a"]},
    {"tags": ["", " "]},
    {"tags": ["x" * 300]},
    {"tags": [str(number) for number in range(101)]},
    {"dependsOn": "task_step1_id", "step": 2},
    {"dependsOn": ["nothing", 5, None, {}, True, "%"]},
]


@pytest.mark.parametrize("metadata", VALUES)
async def test_td_55_and_56_metadata_is_read_back_as_it_was(day: Day, metadata: Any) -> None:
    made = await day.made(metadata=metadata)
    for shown in (made, await day.get(made["id"]), await day.patched(made["id"], metadata=metadata)):
        assert json.dumps(shown["metadata"], sort_keys=True) == json.dumps(metadata, sort_keys=True)
    other = await day.made()
    assert (await day.patched(other["id"], metadata=metadata))["metadata"] == metadata


def sized(size: int) -> dict[str, str]:
    """Metadata of so many bytes as JSON."""
    return {"x": "é" * ((size - 8) // 2)}


async def test_td_57_metadata_has_64_kib_at_most(day: Day) -> None:
    made = await day.made(metadata=sized(65_536))
    assert made["metadata"] == sized(65_536)
    sentence = "Metadata can have 65,536 bytes at most, got 65,538"
    assert told(await day.create(metadata=sized(65_538))) == (400, sentence)
    assert told(await day.patch(made["id"], metadata=sized(65_538))) == (400, sentence)


@pytest.mark.parametrize("metadata", [{"a": "\0"}, {"\0": 1}, {"a": ["\ud800"]}])
async def test_td_55_what_no_database_keeps_is_refused(day: Day, metadata: Any) -> None:
    status, sentence = told(await day.create(metadata=metadata))
    assert status == 400
    assert sentence.startswith(("Metadata has", "A key has"))


async def test_x_13_tags_are_those_of_every_interface(day: Day, native: Api) -> None:
    made = await day.made(metadata={"tags": ["sales", "q4"], "source": "api"})
    elsewhere = await native.get(made["id"])
    assert (elsewhere["tags"], elsewhere["context"]) == (["sales", "q4"], {"source": "api"})
    assert await native.titles(tags="q4") == ["Call Ana"]
    assert (await native.patch(made["id"], tags=["new"])).status == 200
    assert (await day.get(made["id"]))["metadata"] == {"tags": ["new"], "source": "api"}
    await day.patched(made["id"], metadata={"source": "api"})
    assert await native.titles(tags="new") == []


async def test_x_08_metadata_that_is_written_back_changes_nothing(day: Day, native: Api, services: Services) -> None:
    task_id = await native.made(tags=["a"], context={"k": 1})
    shown = await day.get(task_id)
    assert shown["metadata"] == {"k": 1, "tags": ["a"]}
    assert await day.patched(task_id, metadata=shown["metadata"]) == shown
    assert await kinds(services) == ["task_created"]


async def waits_for(native: Api, task_id: str) -> list[str]:
    """The ids, bare, of what a task waits for."""
    return [other.removeprefix("tsk_") for other in (await native.get(task_id))["depends_on"]]


async def test_td_58_what_depends_on_a_task_waits_for_it(day: Day, native: Api) -> None:
    first, second = await day.made(title="a"), await day.made(title="b")
    one, two = (each["id"].removeprefix("task_") for each in (first, second))
    for said, waited in [
        (first["id"], [one]),
        (f"tsk_{one}", [one]),
        (one, [one]),
        ([first["id"], f"tsk_{two}", "nothing"], [one, two]),
        ("task_step1_id", []),
    ]:
        task = await day.made(metadata={"dependsOn": said, "step": 2})
        assert task["metadata"] == {"dependsOn": said, "step": 2}
        assert sorted(await waits_for(native, task["id"])) == sorted(waited)


async def test_td_58_it_cannot_be_begun_before(day: Day) -> None:
    first = await day.made()
    second = await day.made(metadata={"dependsOn": first["id"]})
    assert told(await day.patch(second["id"], status="in_progress"))[0] == 409
    assert told(await day.claim(second["id"]))[0] == 409
    assert told(await day.patch(second["id"], status="completed"))[0] == 409
    assert await day.get(second["id"]) == second
    await day.patched(first["id"], status="completed")
    assert (await day.patched(second["id"], status="completed"))["status"] == "completed"


async def test_td_58_other_metadata_waits_for_others(day: Day, native: Api) -> None:
    first, second, third = [await day.made(title=title) for title in "abc"]
    one, two, three = (each["id"].removeprefix("task_") for each in (first, second, third))
    task = await day.made(metadata={"dependsOn": first["id"]})
    assert (await native.patch(task["id"], depends_on=[one, three])).status == 200
    await day.patched(task["id"], metadata={"dependsOn": first["id"], "note": 1})
    assert sorted(await waits_for(native, task["id"])) == sorted([one, three])
    await day.patched(task["id"], metadata={"dependsOn": second["id"]})
    assert sorted(await waits_for(native, task["id"])) == sorted([two, three])
    await day.patched(task["id"], metadata={})
    assert await waits_for(native, task["id"]) == [three]


async def test_td_58_what_waits_for_nothing_any_more_can_be_begun_at_once(day: Day) -> None:
    first = await day.made()
    task = await day.made(metadata={"dependsOn": first["id"]})
    assert (await day.patched(task["id"], metadata={}, status="in_progress"))["status"] == "in_progress"


async def test_td_58_a_cycle_is_data_and_nothing_else(day: Day, native: Api) -> None:
    first = await day.made()
    second = await day.made(metadata={"dependsOn": first["id"]})
    after = await day.patched(first["id"], metadata={"dependsOn": [first["id"], second["id"]]})
    assert after["metadata"] == {"dependsOn": [first["id"], second["id"]]}
    assert await waits_for(native, first["id"]) == []
    assert await waits_for(native, second["id"]) == [first["id"].removeprefix("task_")]


async def test_td_58_what_has_begun_waits_for_nothing(day: Day, native: Api) -> None:
    first = await day.made()
    begun = await day.made(status="in_progress", metadata={"dependsOn": first["id"]})
    assert begun["metadata"] == {"dependsOn": first["id"]}
    assert await waits_for(native, begun["id"]) == []


async def test_td_58_another_organisations_task_is_no_task(day: Day, stranger: Day, native: Api) -> None:
    theirs = await stranger.made()
    task = await day.made(metadata={"dependsOn": theirs["id"]})
    assert await waits_for(native, task["id"]) == []


async def test_td_58_of_very_many_the_first_are_looked_for_all_at_once(day: Day, services: Services) -> None:
    def tasks() -> Tasks:
        return Tasks(UnitOfWork(services.database, services.clock.now()), Actor("user123", "default", "test"))

    unit = tasks()
    made = [await unit.create(NewTask(str(number))) for number in range(MOST + 1)]
    await unit.work.commit()
    numbers = await tasks().numbers([task.id for task in made])
    unit, count = tasks(), 0
    read = unit.work.read

    def counted() -> Any:
        nonlocal count
        count += 1
        return read()

    task = await unit.create(NewTask("t"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit.work, "read", counted)
        await waiting.follow(unit, task, {}, {"dependsOn": [numbers[each.id] for each in made] + ["x"] * 8000})
    assert count <= 8
    await unit.work.commit()
    assert await tasks().dependencies(task) == [each.id for each in made[:MOST]]
