"""One task as every interface shows it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import PRIORITIES, STATUSES, TERMINAL, Priority, Status
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.tables import event, task, task_number
from tests.bots.dialects.crossing.asking import Asking
from tests.bots.dialects.crossing.faces import FACES
from tests.bots.dialects.crossing.faces.face import Face, Known

FACE = pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)


async def stored(services: Services, **fields: Any) -> Known:
    """A task that was made within."""
    work = UnitOfWork(services.database, services.clock.now())
    tasks = Tasks(work, Actor("user123", "default", "test"))
    made = await tasks.create(NewTask(fields.pop("title", "Report"), **fields))
    await work.commit()
    return await known(services, made.id)


async def known(services: Services, task_id: str) -> Known:
    """What the store has of a task, of which there is one."""
    async with services.database.read() as reader:
        [row] = await reader.rows(select(task))
        [numbered] = await reader.rows(select(task_number))
    assert row["id"] == numbered["task_id"] == task_id
    names = ("title", "description", "status", "priority", "tags", "context", "is_scheduled", "created_at")
    return Known(task_id, numbered["number"], **{name: row[name] for name in names})


async def events(services: Services) -> int:
    async with services.database.read() as reader:
        return len(await reader.rows(select(event).where(event.c.subject == "task")))


@FACE
async def test_x_01_10_11_and_13_what_is_made_in_one_is_there_in_every_other_at_once(
    face: Face, asking: Asking, services: Services, clock: VirtualClock
) -> None:
    clock.advance(timedelta(minutes=1))
    sent = {"description": "All of it\nand more", "tags": ["a", "b"], "context": {"order": 1}}
    await asking.done(face, face.create("Report", **sent))
    async with services.database.read() as reader:
        [row] = await reader.rows(select(task))
    made = await known(services, row["id"])
    assert made.created_at == clock.now()
    for other in FACES:
        for spelled in made.spellings:
            assert other.seen(await asking.done(other, other.get(spelled))) == other.view(made), other.name


@FACE
@pytest.mark.parametrize("status", STATUSES)
async def test_x_08_and_09_every_status_is_shown_and_can_be_written_back(
    face: Face, status: Status, asking: Asking, services: Services
) -> None:
    made = await stored(services, status=status)
    before = await events(services)
    seen = face.seen(await asking.done(face, face.get(made.id)))
    assert seen == face.view(made)
    if face.status is not None and "status" in face.sets():
        assert (face.status.read(seen["status"]) in TERMINAL) == (status in TERMINAL)
        ask = face.change(made.id, {"status": seen["status"]})
        assert ask is not None
        await asking.done(face, ask)
    assert (await known(services, made.id)).status == status
    assert await events(services) == before


@FACE
@pytest.mark.parametrize("priority", PRIORITIES)
async def test_x_08_every_priority_is_shown_and_can_be_written_back(
    face: Face, priority: Priority, asking: Asking, services: Services
) -> None:
    made = await stored(services, priority=priority)
    seen = face.seen(await asking.done(face, face.get(made.id)))
    assert seen == face.view(made)
    if face.priority is not None and "priority" in face.sets():
        ask = face.change(made.id, {"priority": seen["priority"]})
        assert ask is not None
        await asking.done(face, ask)
    assert (await known(services, made.id)).priority == priority
    assert await events(services) == 1


@FACE
async def test_x_12_scheduled_tasks_are_listed_by_those_who_ask_for_them(
    face: Face, asking: Asking, services: Services
) -> None:
    general, kit = FACES[:2]
    ids = [kit.id_in(await asking.done(kit, kit.create("Report")))]
    ids.append(general.id_in(await asking.done(general, general.create("Call Ana"))))
    scheduled, item = [face.id_in(await asking.done(face, face.get(each))) for each in ids]
    assert face.ids_in(await asking.done(face, face.page())) == [scheduled if face.lists_scheduled else item]
    if not face.lists_scheduled:
        assert set(face.ids_in(await asking.done(face, face.page(with_scheduled=True)))) == {scheduled, item}
