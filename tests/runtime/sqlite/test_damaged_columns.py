"""Values that SQLite keeps in columns which are not made for them."""

import logging
import sqlite3
from contextlib import closing

import pytest

from tasktalk.storage.packed_ids import packed
from tests.runtime.test_damaged_sessions import BACKUP, begin, see_it_end, session_of
from tests.stage import Stage


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("wait_request", "'{\"a\": '", "what this conversation waits for cannot be read"),
        ("wait_request", "x'ff00'", "what this conversation waits for cannot be read"),
        ("state", "'text'", "the state is damaged"),
        ("state", "7", "the state is damaged"),
    ],
)
async def test_a_value_that_its_column_cannot_have(
    stage: Stage, caplog: pytest.LogCaptureFixture, column: str, value: str, said: str
) -> None:
    session = await begin(stage)
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute(f"UPDATE session SET {column} = {value} WHERE id = ?", (packed(session["id"]),))
        other.commit()
    await see_it_end(stage, caplog, said, BACKUP)


async def test_a_keyword_whose_name_is_no_text_any_more(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    session = await begin(stage)
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute(
            "UPDATE session SET wait_keyword = CAST(x'48ff41' AS TEXT) WHERE id = ?", (packed(session["id"]),)
        )
        other.commit()
    with caplog.at_level(logging.ERROR):
        [apology] = await stage.say("one", "ana")
        assert await stage.say("one", "bo") == ["You said one"]
    assert apology.startswith("Sorry")
    assert (await session_of(stage, "ana"))["status"] == "failed"
    assert "there is no H\ufffdA any more" in caplog.text
    assert stage.engine._workers.failed == {}
    assert await stage.say("two", "ana") == ["Hello."]


async def test_a_name_that_is_no_text_any_more_keeps_nobody_from_a_turn(stage: Stage) -> None:
    await begin(stage)
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute("UPDATE contact SET name = CAST(x'41ff' AS TEXT) WHERE address = 'ana'")
        other.commit()
    assert await stage.say("one", "ana") == ["You said one"]
    [ana] = await stage.rows("contact", address="ana")
    assert ana["name"] == "A\ufffd"


async def test_a_message_that_is_no_text_any_more_is_heard(stage: Stage) -> None:
    await begin(stage)
    await stage.reopen(busy_conversations=0)
    receipt = await stage.receive("word", "ana")
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute("UPDATE message SET text = CAST(x'41ff' AS TEXT) WHERE id = ?", (packed(receipt.message_row_id),))
        other.commit()
    await stage.reopen()
    assert [message.text for message in await stage.answer(receipt)] == ["You said A\ufffd"]
