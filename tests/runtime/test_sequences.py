"""The numbers of messages: known for so many conversations, and right for those that were forgotten."""

import pytest

from tasktalk.runtime.inbox import Sequences, conversation_row
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet
from tests.conftest import START
from tests.stage import Stage


async def test_what_is_forgotten_is_read_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasktalk.runtime.inbox.MOST_KNOWN", 2)
    stage.write("x = 1\nWHILE x\n  HEAR y\n  TALK y\nWEND\n")
    await stage.open()
    known = stage.engine._inbox._sequences._last
    contacts = ["ana", "bo", "cy", "di"]
    for text in ("hi", "one", "two"):
        for contact in contacts:
            await stage.say(text, contact)
            assert len(known) <= 2
    numbers: dict[str, list[int]] = {}
    for row in await stage.rows("message"):
        numbers.setdefault(row["conversation_id"], []).append(row["sequence"])
    assert sorted(map(sorted, numbers.values())) == [[1, 2, 3, 4, 5]] * 4


async def test_a_number_that_is_on_its_way_to_the_store_is_not_given_out_again(database: Database) -> None:
    sequences = Sequences(database, lambda _: True)
    await sequences.know("c")
    assert [sequences.next("c"), sequences.next("c")] == [1, 2]
    await sequences.correct("c")
    assert sequences.next("c") == 3


async def test_what_another_process_has_numbered_is_read_again(database: Database) -> None:
    drives = {"cnv": True}
    sequences = Sequences(database, lambda conversation_id: drives[conversation_id])
    sequences.begin("cnv")
    assert [sequences.next("cnv"), sequences.next("cnv")] == [1, 2]
    writes = WriteSet()
    now = START
    contact = {"id": "con", "channel": "test", "address": "ana", "name": None, "created_at": now}
    writes.insert("contact", contact)
    writes.insert("conversation", conversation_row("cnv", "helper", "con", "test", now))
    writes.insert(
        "message",
        {
            "id": "msg",
            "conversation_id": "cnv",
            "sequence": 9,
            "direction": "out",
            "text": "from another process",
            "status": "delivered",
            "created_at": now,
        },
    )
    await database.commit(writes)
    sequences.doubt()
    await sequences.know("cnv")
    assert sequences.next("cnv") == 10
