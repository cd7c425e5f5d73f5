"""ATTACH FILE TO TASK from the web: what hangs on the task, and that no kill loses it or fetches it for nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tasktalk.bots.files.local import LocalFiles
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.files import name_of
from tasktalk.runtime.ports import Fetched, Request
from tests.conftest import START
from tests.runtime.sqlite.test_crashes import Images
from tests.stage import Stage

T = TypeVar("T")
TALK = """
id = CREATE TASK "Check"
TRY
  ATTACH FILE TO TASK id, "https://example.com/a.txt"
CATCH e
  TALK e.code
END TRY
task = GET TASK id
TALK "attached: " + task.attachments_count
"""


class Library:
    """Everything outside: one file, of which each reading is noted."""

    def __init__(self, content: bytes = b"A fig", kind: str | None = "image/x-fig") -> None:
        self.content, self.kind = content, kind
        self.seen: list[Request] = []

    async def ask(self, request: Request) -> Any:
        raise AssertionError(request)

    async def fetch(self, request: Request, take: Callable[[Fetched], Awaitable[T]]) -> T:
        self.seen.append(request)
        return await take(Fetched("../a b.txt", self.kind, self._chunks()))

    async def _chunks(self) -> AsyncIterator[bytes]:
        for byte in self.content:
            yield bytes([byte])


async def attached(stage: Stage) -> list[tuple[str, str, bytes]]:
    """Of each attachment its name, its kind, and its bytes as they lie in the store."""
    files = {row["id"]: row for row in await stage.rows("file")}
    store, found = LocalFiles(stage.folder / "files"), []
    for row in await stage.rows("attachment"):
        file = files[row["file_id"]]
        assert file["status"] == "kept"
        data = b"".join([chunk async for chunk in store.read(name_of(file["digest"], file["id"]))])
        assert len(data) == row["size_bytes"]
        found.append((row["filename"], row["mime_type"], data))
    return found


async def said(stage: Stage, outside: Library | None, source: str = TALK, **options: Any) -> list[str]:
    stage.write(source)
    await stage.open(outside=outside, **options)
    return await stage.say("hi")


@pytest.fixture
async def stage(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, clock)
    yield stage
    if stage.is_open:
        await stage.close()


async def test_it_hangs_on_the_task_with_its_own_name_and_kind(stage: Stage) -> None:
    library = Library()
    assert await said(stage, library, 'SET HEADER "Authorization", "x"' + TALK) == ["attached: 1"]
    assert await attached(stage) == [("a b.txt", "image/x-fig", b"A fig")]
    [request] = library.seen
    assert (request.verb, request.address) == ("GET", "https://example.com/a.txt")
    assert request.headers == {"Authorization": "x"}


async def test_a_name_that_the_script_gives_says_what_it_is(stage: Stage) -> None:
    source = TALK.replace('a.txt"', 'a.txt" AS "fig.csv"')
    assert await said(stage, Library(kind="text/plain"), source) == ["attached: 1"]
    assert await attached(stage) == [("fig.csv", "text/csv", b"A fig")]


async def test_the_same_bytes_are_kept_once(stage: Stage) -> None:
    source = TALK.replace("TRY", 'TRY\nATTACH FILE TO TASK id, "https://example.com/b.txt"', 1)
    assert await said(stage, Library(b""), source) == ["attached: 2"]
    assert [data for _, _, data in await attached(stage)] == [b"", b""]
    assert len(await stage.rows("file")) == 1


async def test_a_file_that_is_too_large_leaves_nothing(stage: Stage, tmp_path: Path) -> None:
    store = LocalFiles(tmp_path / "small", 4)
    assert await said(stage, Library(), files=store) == ["file_too_large", "attached: 0"]
    assert (await stage.rows("file"), await stage.rows("attachment")) == ([], [])
    assert [path for path in (tmp_path / "small").rglob("*") if path.is_file()] == []


async def test_what_is_no_web_address_is_refused(stage: Stage) -> None:
    source = TALK.replace("https://example.com/a.txt", "notes.txt")
    assert await said(stage, Library(), source) == ["invalid-url", "attached: 0"]


async def test_where_nothing_can_be_asked_nothing_is_fetched(stage: Stage) -> None:
    assert await said(stage, None) == ["no-connection", "attached: 0"]


async def test_a_file_that_was_swept_meanwhile_is_told(stage: Stage) -> None:
    class Swept(Library):
        async def fetch(self, request: Request, take: Callable[[Fetched], Awaitable[T]]) -> T:
            found = await super().fetch(request, take)
            return {**found, "file_id": "fil_gone"}  # type: ignore[dict-item, return-value]

    assert await said(stage, Swept()) == ["no-connection", "attached: 0"]


async def test_what_the_service_refuses_is_told(stage: Stage) -> None:
    class Away(Library):
        async def fetch(self, request: Request, take: Callable[[Fetched], Awaitable[T]]) -> T:
            raise Refused("http-error", "example.com answered 404")

    assert await said(stage, Away()) == ["http-error", "attached: 0"]


async def test_what_storing_takes_is_not_the_service_s_time(stage: Stage) -> None:
    assert await said(stage, Library(), step_seconds=0.0) == ["attached: 1"]


async def test_a_file_that_does_not_come_on_takes_too_long(stage: Stage) -> None:
    class Hanging(Library):
        async def _chunks(self) -> AsyncIterator[bytes]:
            yield b"A"
            await asyncio.Event().wait()

    assert await said(stage, Hanging(), step_seconds=0.01) == ["timeout", "attached: 0"]


async def test_a_file_that_comes_too_slowly_takes_too_long_in_all(stage: Stage) -> None:
    class Dripping(Library):
        async def _chunks(self) -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0)
                yield b"A"

    assert await said(stage, Dripping(), step_seconds=0.01) == ["timeout", "attached: 0"]


async def test_every_instant_can_be_the_last(tmp_path: Path) -> None:
    library, seen_by_then = Library(), list[int]()
    (tmp_path / "first" / "files").mkdir(parents=True)
    stage = Stage(tmp_path / "first", VirtualClock(START))
    images = Images(stage, tmp_path / "images")

    def take(instant: str) -> None:
        images.take(instant)
        seen_by_then.append(len(library.seen))
        shutil.copytree(tmp_path / "first" / "files", tmp_path / f"files-{len(seen_by_then)}", dirs_exist_ok=True)

    stage.write(TALK)
    await stage.open(outside=library, crash=take)
    await stage.say("hi", message_id="1")
    expected = await attached(stage)
    await stage.close()
    assert expected == [("a b.txt", "image/x-fig", b"A fig")]
    recorded = [instant for instant, _, _ in images.taken].index("after-step-commit")
    for number, (instant, image, when) in enumerate(images.taken):
        again, later = Stage(tmp_path / f"again-{number}", VirtualClock(when)), Library()
        shutil.copytree(tmp_path / f"files-{number + 1}", again.folder / "files", dirs_exist_ok=True)
        again.write(TALK)
        await again.open(image, outside=later)
        await again.say("hi", message_id="1")
        await again.engine.settle()
        assert await attached(again) == expected, f"after a kill at {number}: {instant}"
        if number >= recorded:
            assert later.seen == [], f"after a kill at {number}: {instant}"
        await again.close()
