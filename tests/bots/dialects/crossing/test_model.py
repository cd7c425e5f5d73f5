"""Random operations through random interfaces: after each one all of them show what a small model says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.statuses import TERMINAL, Status
from tasktalk.storage.tables import event, task_number
from tests.bots.dialects.crossing.asking import Asking
from tests.bots.dialects.crossing.faces import FACES
from tests.bots.dialects.crossing.faces.face import Ask, Face, Known

MOST_TASKS = 30
WORDS = ["", "Report", "Größe", "a\nb", "{}", "x" * 200, "日本語", "<b>&amp;"]
TAGS: list[list[str]] = [[], ["a"], ["b", "a"], ["urgent", "Größe"]]
CONTEXTS: list[dict[str, Any]] = [{}, {"n": 1}, {"deep": {"list": [1, None, "ü"]}}, {"n": True, "tag": "a"}]


@dataclass(slots=True)
class Model:
    """What there should be, and who asks."""

    asking: Asking
    clock: VirtualClock
    services: Services
    random: Random
    known: list[Known] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)
    made: int = 0
    events: int = 0
    """How many changes of tasks there were."""
    said: dict[str, int] = field(default_factory=dict)
    """How often each operation was done."""

    async def step(self) -> None:
        """One operation, of which everybody then shows the outcome."""
        self.clock.advance(timedelta(seconds=1))
        operations: list[Callable[[], Any]] = [self.create, self.change, self.change, self.word, self.word, self.echo]
        operations += [self.complete, self.comment, self.look, self.refused]
        if len(self.known) > MOST_TASKS // 2:
            operations += [self.delete]
        if not self.known or (len(self.known) < MOST_TASKS and self.random.random() < 0.1):
            operations = [self.create]
        operation = self.random.choice(operations)
        touched = await operation()
        self.said[operation.__name__] = self.said.get(operation.__name__, 0) + 1
        if touched is not None:
            await self.agree_on(touched)

    async def create(self) -> Known | None:
        if len(self.known) >= MOST_TASKS:
            return await self.delete()
        face = self.random.choice(FACES)
        fields = {
            "description": self.random.choice(WORDS),
            "tags": self.random.choice(TAGS),
            "context": self.random.choice(CONTEXTS),
        }
        fields = {name: value for name, value in fields.items() if self.random.random() < 0.7}
        title = f"Task {self.made}"
        body = await self.asking.done(face, face.create(title, **fields))
        self.made += 1
        self.events += 1
        values: dict[str, Any] = {
            "description": "",
            "tags": [],
            "context": {},
            "priority": "medium",
            "is_scheduled": False,
            **fields,
        }
        values |= {"title": title, "status": "pending", **face.made(title, fields)}
        async with self.services.database.read() as reader:
            last = await reader.row(select(task_number).order_by(task_number.c.number.desc()).limit(1))
        assert last is not None
        assert bare(face.id_in(body)) in (last["task_id"], str(last["number"]))
        assert last["number"] > max((each.number for each in [*self.known, *self.gone]), default=0)
        made = Known(last["task_id"], last["number"], created_at=self.clock.now(), **values)
        self.known.append(made)
        return made

    async def change(self) -> Known | None:
        """Other words in some of the fields."""
        face, task = self.random.choice(FACES), self.random.choice(self.known)
        possible = {
            "title": f"Task {self.random.randrange(1000)}",
            "description": self.random.choice(WORDS),
            "tags": self.random.choice(TAGS),
            "context": self.random.choice(CONTEXTS),
            "metadata": self.random.choice(CONTEXTS),
        }
        chosen = {name: value for name, value in possible.items() if name in face.sets() and self.random.random() < 0.5}
        ask = face.change(self.spelled(task), chosen) if chosen else None
        if ask is None:
            return None
        await self.asking.done(face, ask)
        self.note(task, face.becomes(task, chosen))
        return task

    async def word(self) -> Known | None:
        """Another status or another priority."""
        face, task = self.random.choice(FACES), self.random.choice(self.known)
        name = self.random.choice(["status", "priority"])
        vocabulary = getattr(face, name)
        if vocabulary is None or name not in face.sets():
            return None
        word = self.random.choice(vocabulary.readable)
        after = vocabulary.read(word, getattr(task, name))
        ask = face.change(self.spelled(task), {str(name): word})
        assert ask is not None
        if name == "status" and not self.may_become(face, task.status, after):
            status, body = await self.asking.send(face, ask)
            assert status in (400, 409), (face.name, task, word, body)
            face.told(body)
        else:
            await self.asking.done(face, ask)
            self.note(task, {name: after}, face.events_of(task.status, after) if name == "status" else 1)
        return task

    async def echo(self) -> Known | None:
        """The words that were read, written back: nothing changes."""
        face, task = self.random.choice(FACES), self.random.choice(self.known)
        read: dict[str, Any] = {
            name: getattr(face, name).show(getattr(task, name))
            for name in ("status", "priority")
            if getattr(face, name) is not None and name in face.sets()
        }
        ask = face.change(self.spelled(task), read) if read else None
        if ask is not None:
            await self.asking.done(face, ask)
        return task

    async def complete(self) -> Known | None:
        face, task = self.random.choice(FACES), self.random.choice(self.known)
        ask = face.complete(self.spelled(task))
        if ask is None:
            return None
        status, body = await self.asking.send(face, ask)
        if task.status in TERMINAL - {"completed"}:
            assert status in (400, 409), (face.name, task, body)
        else:
            assert status == 200, (face.name, task, body)
            self.note(task, {"status": "completed"})
        return task

    async def comment(self) -> Known | None:
        face, task = self.random.choice(FACES), self.random.choice(self.known)
        ask = face.comment(self.spelled(task), "On its way")
        if ask is None:
            return None
        await self.asking.done(face, ask)
        self.events += 1
        return task

    async def delete(self) -> Known | None:
        face, task = self.random.choice(FACES), self.random.choice(self.known)
        await self.asking.done(face, face.delete(self.spelled(task)))
        self.events += 1
        self.known.remove(task)
        self.gone.append(task)
        return task

    async def look(self) -> None:
        """A list has the tasks that are its own."""
        face = self.random.choice(FACES)
        for with_scheduled in (False, True):
            if with_scheduled and face.lists_scheduled:
                continue
            body = await self.asking.done(face, face.page(with_scheduled=with_scheduled))
            wanted = [each for each in self.known if with_scheduled or each.is_scheduled == face.lists_scheduled]
            listed = face.ids_in(body)
            assert sorted(listed) == sorted(face.id_in(face.view(each)) for each in wanted), face.name

    async def refused(self) -> Known | None:
        """What cannot be done leaves everything as it is."""
        face, task = self.random.choice(FACES), self.random.choice(self.known)
        ask = self.random.choice([face.bad_word(), face.get("tsk_none"), Ask("PROPFIND", face.get(task.id).path)])
        status, body = await self.asking.send(face, ask)
        assert status in (400, 404, 405)
        face.told(body)
        return task

    async def agree_on(self, task: Known) -> None:
        """Every interface shows the task as the model has it, or that it is gone."""
        for face in FACES:
            status, body = await self.asking.send(face, face.get(self.spelled(task)))
            if task in self.gone:
                assert (status, face.told(body)) == (404, face.code["not_found"])
            else:
                assert status == 200, (face.name, task, body)
                assert face.seen(body) == face.view(task), face.name

    def spelled(self, task: Known) -> str:
        """Its id as any interface writes it."""
        return self.random.choice(task.spellings)

    @staticmethod
    def may_become(face: Face, before: Status, after: Status) -> bool:
        return before == after or face.may_become(before, after)

    def note(self, task: Known, fields: dict[str, Any], events: int = 1) -> None:
        """What is so now; it is one change where it was not so before."""
        if any(repr(getattr(task, name)) != repr(value) for name, value in fields.items()):
            self.events += events
        for name, value in fields.items():
            setattr(task, name, value)


def bare(spelled: str) -> str:
    return spelled.removeprefix("tsk_").removeprefix("task_")


@pytest.mark.parametrize("operations", [150, pytest.param(10_000, marks=pytest.mark.soak)])
async def test_x_22_all_interfaces_agree_with_a_model(
    asking: Asking, services: Services, clock: VirtualClock, operations: int
) -> None:
    model = Model(asking, clock, services, Random(operations))
    for _ in range(operations):
        await model.step()
    for task in [*model.known, *model.gone[-20:]]:
        await model.agree_on(task)
    async with services.database.read() as reader:
        told = await reader.value(select(func.count()).select_from(event).where(event.c.subject == "task"))
    assert told == model.events
    assert set(model.said) >= {"create", "change", "word", "echo", "complete", "comment", "delete", "look", "refused"}
