"""Files that no task has any more go, and whoever is stopped anywhere on the way leaves no task without its file."""

import os
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.bots.files.local import INCOMING, LocalFiles
from tasktalk.runtime import file_sweeping
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.file_sweeping import LEAST, sweep
from tasktalk.runtime.files import FilesAway, received
from tasktalk.runtime.janitor import Janitor
from tasktalk.runtime.retention import Keep
from tasktalk.runtime.tasks.attachments import Attachments, Storing
from tasktalk.runtime.tasks.model import Actor, NewTask, Ports
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import attachments, contents
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict
from tests.databases import private_url
from tests.runtime.tasks.conftest import NOW

ACTOR = Actor("ana", "default", "test")


class Stop(Exception):
    """The process ends here."""


class World:
    """A database with files, in which the store or the database may stop everything."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder, self.store = database, folder, LocalFiles(folder)
        self.clock = VirtualClock(NOW)

    def tasks(self) -> Tasks:
        return Tasks(UnitOfWork(self.database, self.clock.now()), ACTOR, Ports(files=self.store))

    async def task(self) -> str:
        tasks = self.tasks()
        task = await tasks.create(NewTask("t"))
        await tasks.work.commit()
        return task.id

    async def attach(self, task_id: str, data: bytes = b"data") -> str:
        async with received(self.store, pieces(data)) as found:
            storing = Storing(self.store, found)
            while True:
                tasks = self.tasks()
                attachment = await Attachments(tasks).add(task_id, storing, "a.txt", None)
                try:
                    await tasks.work.commit()
                except Conflict:
                    continue
                return attachment.id

    async def detach(self, task_id: str, attachment_id: str) -> None:
        tasks = self.tasks()
        await Attachments(tasks).remove(task_id, attachment_id)
        await tasks.work.commit()

    async def sweep(self) -> None:
        place: str | None = ""
        while place is not None:
            place = await sweep(self.database, self.store, self.clock.now(), place)

    async def files(self) -> list[dict[str, Any]]:
        async with self.database.read() as reader:
            return await contents.rows(reader, "file")

    def on_disk(self) -> list[bytes]:
        return sorted(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    async def readable(self) -> list[bytes]:
        """The bytes of every attachment there is."""
        async with self.database.read() as reader:
            ids = [(row["task_id"], row["id"]) for row in await contents.rows(reader, "attachment")]
        attachments = Attachments(self.tasks())
        found = [await attachments.get(*each) for each in ids]
        return [b"".join([piece async for piece in attachments.read(each)]) for each in found]


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = await Database.open(private_url())
    found = World(database, tmp_path / "files")
    await Accounts(database, found.clock).ensure_organisation()
    yield found
    await database.close()


async def test_a_file_goes_a_day_after_nobody_has_it(world: World) -> None:
    task_id = await world.task()
    one, other = await world.attach(task_id), await world.attach(task_id)
    world.clock.advance(LEAST * 2)
    await world.sweep()
    await world.detach(task_id, one)
    await world.sweep()
    assert world.on_disk() == [b"data"]
    await world.detach(task_id, other)
    await world.sweep()
    assert (world.on_disk(), await world.files()) == ([], [])


async def test_a_young_file_stays(world: World) -> None:
    task_id = await world.task()
    await world.detach(task_id, await world.attach(task_id))
    world.clock.advance(LEAST)
    await world.sweep()
    assert world.on_disk() == [b"data"]
    world.clock.advance(timedelta(seconds=1))
    await world.sweep()
    assert world.on_disk() == []


async def test_a_deleted_task_lets_go_of_its_files(world: World) -> None:
    task_id = await world.task()
    await world.attach(task_id)
    tasks = world.tasks()
    await tasks.delete(task_id)
    await tasks.work.commit()
    world.clock.advance(LEAST * 2)
    await world.sweep()
    assert (world.on_disk(), await world.files()) == ([], [])


async def test_all_pages_are_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_sweeping, "PAGE", 2)
    task_id = await world.task()
    ids = [await world.attach(task_id, bytes([number])) for number in range(7)]
    for attachment_id in ids[::2]:
        await world.detach(task_id, attachment_id)
    world.clock.advance(LEAST * 2)
    await world.sweep()
    assert world.on_disk() == [b"\1", b"\3", b"\5"] == await world.readable()


async def test_bytes_that_come_back_while_they_go_are_stored_anew(world: World) -> None:
    task_id = await world.task()
    await world.detach(task_id, await world.attach(task_id))
    world.clock.advance(LEAST * 2)
    remove = world.store.remove

    async def attaches_before(name: str) -> None:
        await world.attach(task_id)
        await remove(name)

    world.store.remove = attaches_before  # type: ignore[method-assign]
    await sweep(world.database, world.store, world.clock.now())
    assert await world.readable() == [b"data"] == world.on_disk()


async def test_a_file_that_is_just_being_attached_does_not_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = await world.task()
    await world.detach(task_id, await world.attach(task_id))
    world.clock.advance(LEAST * 2)
    look = attachments.files

    async def attaches_behind(*arguments: Any) -> Any:
        found = await look(*arguments)
        await world.database.commit(writes)
        return found

    async with received(world.store, pieces(b"data")) as coming:
        tasks = world.tasks()
        await Attachments(tasks).add(task_id, Storing(world.store, coming), "b.txt", None)
        writes = tasks.work.writes
        monkeypatch.setattr(attachments, "files", attaches_behind)
        await sweep(world.database, world.store, world.clock.now())
    assert await world.readable() == [b"data"]
    assert [row["status"] for row in await world.files()] == ["kept"]


INSTANTS: list[Callable[[World], None]] = []


def instant(arrange: Callable[[World], None]) -> Callable[[World], None]:
    INSTANTS.append(arrange)
    return arrange


def _stop(*_: object) -> Any:
    raise Stop


@instant
def before_the_bytes_are_stored(world: World) -> None:
    world.store.put = _stop  # type: ignore[method-assign, assignment]


@instant
def when_the_bytes_are_stored(world: World) -> None:
    put = world.store.put

    async def then_stops(name: str, source: Path) -> None:
        await put(name, source)
        raise Stop

    world.store.put = then_stops  # type: ignore[method-assign]


@instant
def before_the_bytes_are_removed(world: World) -> None:
    world.store.remove = _stop  # type: ignore[method-assign, assignment]


@instant
def when_the_bytes_are_removed(world: World) -> None:
    remove = world.store.remove

    async def then_stops(name: str) -> None:
        await remove(name)
        raise Stop

    world.store.remove = then_stops  # type: ignore[method-assign]


async def _attach_and_sweep(world: World, task_id: str) -> None:
    await world.attach(task_id, b"new")
    await world.sweep()


@pytest.mark.parametrize("arrange", INSTANTS)
async def test_whoever_is_stopped_leaves_nothing_that_is_missing_and_nothing_for_ever(
    world: World, arrange: Callable[[World], None]
) -> None:
    task_id = await world.task()
    await world.attach(task_id, b"stays")
    await world.detach(task_id, await world.attach(task_id, b"goes"))
    world.clock.advance(LEAST * 2)
    arrange(world)
    with pytest.raises(Stop):
        await _attach_and_sweep(world, task_id)
    world.store = LocalFiles(world.folder)
    assert set(await world.readable()) <= {b"stays", b"new"}
    await world.attach(task_id, b"goes")
    await world.attach(task_id, b"new")
    expected = sorted(await world.readable())
    assert {b"stays", b"goes", b"new"} == set(expected)
    world.clock.advance(LEAST * 2)
    await world.sweep()
    assert sorted(await world.readable()) == expected
    assert world.on_disk() == sorted(set(expected))
    assert {row["status"] for row in await world.files()} == {"kept"}


async def test_what_a_killed_process_was_receiving_goes(world: World) -> None:
    old, young = world.folder / INCOMING / "old", world.folder / INCOMING / "young"
    assert world.store.incoming.is_dir()
    for path, age in ((old, LEAST + timedelta(seconds=1)), (young, LEAST)):
        path.write_bytes(b"half")
        written = (NOW - age).timestamp()
        os.utime(path, (written, written))
    await sweep(world.database, world.store, NOW)
    assert (old.exists(), young.exists()) == (False, True)


async def test_a_store_that_is_away_is_tried_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    task_id = await world.task()
    await world.detach(task_id, await world.attach(task_id))
    world.clock.advance(LEAST * 2)

    def away(name: str) -> Any:
        raise FilesAway("no disk")

    world.store.remove = away  # type: ignore[method-assign]
    await world.sweep()
    assert "no disk" in caplog.text
    assert [row["status"] for row in await world.files()] == ["going"]
    world.store = LocalFiles(world.folder)
    await world.sweep()
    assert (world.on_disk(), await world.files()) == ([], [])


async def test_the_janitor_does_it(world: World) -> None:
    task_id = await world.task()
    await world.detach(task_id, await world.attach(task_id))
    world.clock.advance(LEAST * 2)
    janitor = Janitor(world.database, world.clock, Any, Keep(), world.store)  # type: ignore[arg-type]
    assert "files" in janitor.due()
    await janitor.clean("files")
    assert (world.on_disk(), await world.files()) == ([], [])
    assert "files" not in Janitor(world.database, world.clock, Any, Keep()).due()  # type: ignore[arg-type]
