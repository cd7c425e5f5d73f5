"""General Bots, beyond the document: which tasks wait for which, shown and set."""

from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.storage import events
from tests.bots.dialects.conftest import Api


async def told(services: Services) -> list[tuple[str, Any]]:
    async with services.database.read() as reader:
        return [(row["kind"], row["changes"]) for row in await events.after(reader, "task", 0)]


async def test_what_a_task_waits_for_is_set_and_shown(api: Api, services: Services) -> None:
    task_id, pack, load = [await api.made(title=title) for title in ("Drive", "Pack", "Load")]
    assert (await api.get(task_id))["depends_on"] == []
    answer = await api.patch(task_id, depends_on=[pack, load.upper(), pack])
    assert (answer.status, answer.body["updated_fields"]) == (200, ["depends_on"])
    assert sorted((await api.get(task_id))["depends_on"]) == sorted([pack, load])
    for same in ([load, pack], [pack, load]):
        assert (await api.patch(task_id, depends_on=same)).body["updated"] is False
    assert (await told(services))[3:] == [("task_updated", {"depends_on": [[], [pack, load]]})]
    assert (await api.patch(task_id, status="in_progress")).code == "blocked_by_dependency"
    await api.complete(pack)
    assert (await api.patch(task_id, depends_on=[pack])).body["updated_fields"] == ["depends_on"]
    assert (await api.patch(task_id, status="in_progress")).status == 200


async def test_with_other_fields_it_comes_first(api: Api) -> None:
    task_id, pack = await api.made(title="Drive"), await api.made(title="Pack")
    await api.patch(task_id, depends_on=[pack])
    answer = await api.patch(task_id, status="in_progress", title="Fly", depends_on=None)
    assert answer.body["updated_fields"] == ["status", "title", "depends_on"]
    task = await api.get(task_id)
    assert (task["status"], task["title"], task["depends_on"]) == ("in_progress", "Fly", [])


async def test_what_is_refused_changes_nothing(api: Api, services: Services) -> None:
    task_id, pack, load = [await api.made(title=title) for title in ("Drive", "Pack", "Load")]
    await api.patch(pack, depends_on=[load])
    before = await told(services)
    answer = await api.patch(load, title="Load it", depends_on=[pack])
    assert (answer.status, answer.code) == (400, "cyclic_dependency")
    assert all(name in answer.body["message"] for name in ("Pack", "Load"))
    answer = await api.patch(task_id, depends_on=[pack], status="in_progress")
    assert (answer.status, answer.code) == (409, "blocked_by_dependency")
    answer = await api.patch(task_id, depends_on=["tsk_none"])
    assert (answer.status, answer.code) == (404, "task_not_found")
    assert answer.body["message"] == "Task tsk_none not found"
    assert await told(services) == before


@pytest.mark.parametrize("value", ["tsk_1", 7, {}, [7], [None], [["tsk_1"]], True])
async def test_what_is_no_list_of_tasks_is_refused(api: Api, value: object) -> None:
    task_id = await api.made()
    answer = await api.patch(task_id, title="Call Bo", depends_on=value)
    assert (answer.status, answer.code) == (400, "invalid_depends_on")
    assert (await api.get(task_id))["title"] == "Call Ana"


async def test_a_task_waits_for_so_many(api: Api) -> None:
    task_id = await api.made()
    answer = await api.patch(task_id, depends_on=[f"tsk_{number}" for number in range(101)])
    assert (answer.status, answer.code) == (400, "invalid_depends_on")


async def test_gb_10_a_task_of_another_organisation_is_not_found(api: Api, stranger: Api) -> None:
    task_id, theirs = await api.made(), await stranger.made()
    answer = await api.patch(task_id, depends_on=[theirs])
    assert (answer.status, answer.code) == (404, "task_not_found")


async def test_x_18_the_tag_changes_with_what_a_task_waits_for(api: Api) -> None:
    task_id, pack = await api.made(), await api.made()
    before = (await api.send("GET", f"/tasks/{task_id}")).headers["ETag"]
    assert (await api.patch(task_id, depends_on=[pack])).headers["ETag"] == '"2"'
    stale = await api.send("PATCH", f"/tasks/{task_id}", {"depends_on": []}, headers={"If-Match": before})
    assert (stale.status, stale.code) == (412, "precondition_failed")
    assert (await api.get(task_id))["depends_on"] == [pack]
