"""Files whose bytes are kept for the messages that bring them: they stay as long as such a message, and go with it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.files.local import LocalFiles
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.file_sweeping import LEAST, sweep
from tasktalk.runtime.files import FileStore
from tasktalk.runtime.kept_files import KeptFiles
from tasktalk.runtime.people import People
from tasktalk.runtime.ports import FileGone, InboundFile
from tasktalk.runtime.retention import Keep
from tests.stage import Stage

TALKS = 'TALK "Hello."\nDO\n  HEAR x AS FILE\n  TALK "Got it."\nLOOP\n'
DAY = timedelta(days=1)


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(data), 3):
        yield data[place : place + 3]


async def opened(stage: Stage, **options: Any) -> KeptFiles:
    """The engine removes no files by itself: the tests say when."""
    stage.write(TALKS)
    options["files"] = None
    await stage.open(**options)
    await stage.say("hi")
    return KeptFiles(stage.database, stage.clock, store(stage))


def store(stage: Stage, most_bytes: int = 1000) -> FileStore:
    return LocalFiles(stage.folder / "files", most_bytes)


async def read(kept: KeptFiles, reference: str) -> bytes:
    size, chunks = await kept.read(reference)
    found = b"".join([chunk async for chunk in chunks])
    assert len(found) == size
    return found


async def sent(stage: Stage, reference: str, contact: str = "ana") -> None:
    file = InboundFile("file", reference, "a.txt", "text/plain")
    await stage.say("", contact, files=[file, file])


async def swept(stage: Stage) -> None:
    await sweep(stage.database, store(stage), stage.clock.now())


async def test_a_file_stays_with_its_message(stage: Stage) -> None:
    kept = await opened(stage)
    reference = await kept.keep(pieces(b"the bytes"))
    await sent(stage, reference)
    await stage.pass_time(LEAST + DAY)
    await swept(stage)
    assert await read(kept, reference) == b"the bytes"


async def test_a_file_goes_with_its_message(stage: Stage) -> None:
    kept = await opened(stage, keep=Keep(messages=DAY))
    reference = await kept.keep(pieces(b"the bytes"))
    await sent(stage, reference)
    await stage.say("https://example.com/later")  # the last message of a conversation stays
    await stage.pass_time(3 * DAY)
    await swept(stage)
    with pytest.raises(FileGone):
        await kept.read(reference)
    assert (await stage.rows("file"), await stage.rows("message_file")) == ([], [])
    assert [path for path in (stage.folder / "files").rglob("*") if path.is_file()] == []


async def test_a_file_is_handed_out_with_its_person_and_goes_with_them(stage: Stage) -> None:
    kept = await opened(stage)
    reference = await kept.keep(pieces(b"the bytes"))
    await sent(stage, reference)
    people = People(stage.database)
    found = await people.export("test", "ana", stage.keywords)
    assert found is not None
    [told] = [each["detail"]["files"] for talk in found["conversations"] for each in talk["messages"] if each["detail"]]
    assert [(file["name"], file["url"]) for file in told] == [("a.txt", reference)] * 2
    assert await people.delete("test", "ana")
    await stage.pass_time(LEAST + DAY)
    await swept(stage)
    with pytest.raises(FileGone):
        await kept.read(reference)


async def test_a_file_of_two_messages_stays_until_both_are_gone(stage: Stage) -> None:
    kept = await opened(stage)
    references = [await kept.keep(pieces(b"the same")) for _ in range(2)]
    assert references[0] != references[1]  # neither had come with a message when the other was stored
    await sent(stage, references[0])
    again = await kept.keep(pieces(b"the same"))
    assert again == references[0]
    await stage.say("hi", "bob")
    await sent(stage, again, "bob")
    assert len(await stage.rows("message_file")) == 2
    await stage.pass_time(LEAST + DAY)
    await swept(stage)
    assert [row["id"] for row in await stage.rows("file")] == [again.partition(":")[2]]


async def test_a_file_without_a_message_goes_after_a_day(stage: Stage) -> None:
    kept = await opened(stage)
    reference = await kept.keep(pieces(b"the bytes"))
    await stage.pass_time(LEAST - timedelta(hours=1))
    await swept(stage)
    assert await read(kept, reference) == b"the bytes"
    await stage.pass_time(timedelta(hours=2))
    await swept(stage)
    with pytest.raises(FileGone):
        await kept.read(reference)


async def test_bytes_that_were_there_before_stay_a_day_for_their_message(stage: Stage) -> None:
    kept = await opened(stage, keep=Keep(messages=DAY))
    await sent(stage, await kept.keep(pieces(b"the bytes")))
    await stage.say("https://example.com/later")
    await stage.pass_time(3 * DAY)
    assert await stage.rows("message", direction="in") == []
    reference = await kept.keep(pieces(b"the bytes"))
    assert len(await stage.rows("file")) == 1
    await stage.pass_time(timedelta(hours=3))
    await swept(stage)
    assert await read(kept, reference) == b"the bytes"


async def test_a_message_comes_also_when_its_file_is_gone(stage: Stage) -> None:
    kept = await opened(stage)
    reference = await kept.keep(pieces(b"the bytes"))
    await stage.pass_time(LEAST + timedelta(hours=1))
    await swept(stage)
    await sent(stage, reference)
    assert [row["text"] for row in await stage.rows("message")][-1] == "Got it."
    assert await stage.rows("message_file") == []


async def test_a_file_that_is_too_large_is_refused(stage: Stage) -> None:
    await opened(stage)
    kept = KeptFiles(stage.database, stage.clock, store(stage, 8))
    with pytest.raises(Refused) as refused:
        await kept.keep(pieces(b"the bytes"))
    assert refused.value.code == "file_too_large"
    assert await stage.rows("file") == []


async def test_a_server_without_a_place_for_files_refuses(stage: Stage) -> None:
    await opened(stage)
    with pytest.raises(Refused) as refused:
        await KeptFiles(stage.database, stage.clock, None).keep(pieces(b"the bytes"))
    assert refused.value.code == "no_file_store"


async def test_a_reference_of_nothing_is_gone(stage: Stage) -> None:
    kept = await opened(stage)
    with pytest.raises(FileGone):
        await kept.read("kept:fil_none")
