"""Which messages the answer to one is made of, wherever they stand in the conversation."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from tasktalk.runtime.ids import new_id
from tasktalk.storage import conversations, retention
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet
from tests.storage.contacts import contact_row
from tests.storage.schemas import as_of, insert

NOW = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
OUT_OF = {1: 3, 5: 3, 6: 3, 7: 4, 9: 8}
"""What is said by its number, each with the number of what it answers; 2 was delivered otherwise."""


async def talk(database: Database, talk_id: str) -> None:
    writes = WriteSet()
    writes.insert("contact", contact_row(talk_id))
    writes.insert(
        "conversation",
        {"id": talk_id, "bot": "b", "contact_id": talk_id, "channel": "webhook", "created_at": NOW},
    )
    for number in range(1, 10):
        row = {"id": f"{talk_id}{number}", "conversation_id": talk_id, "sequence": number, "text": str(number)}
        direction = "out" if number in OUT_OF or number == 2 else "in"
        created_at = NOW + (number >= 5 and number != 8) * DAY
        answers = {"answers": OUT_OF.get(number), "direction": direction, "created_at": created_at}
        writes.insert("message", {**row, **answers, "status": "delivered" if direction == "out" else "heard"})
    await database.commit(writes)


async def test_an_answer_has_what_was_said_before_right_behind_and_later(database: Database) -> None:
    await talk(database, "a")
    await talk(database, "b")
    async with database.read() as reader:
        found = {number: (await conversations.message_and_answer(reader, f"a{number}"))[1] for number in range(10)}
    assert {number: [row["id"] for row in rows] for number, rows in found.items() if rows} == {
        3: ["a1", "a5", "a6"],
        4: ["a7"],
        8: ["a9"],
    }


async def test_question_and_answer_stay_together_wherever_they_stand(database: Database) -> None:
    await talk(database, "a")
    async with database.read() as reader:
        found = await retention.messages(reader, NOW + DAY, "a", "b", 10)
    assert {row["id"] for row in found if row["is_past"]} == {"a1", "a2"}


async def test_messages_of_older_talks_answer_what_they_answered(tmp_path: Path) -> None:
    talk_id, ids = new_id("cnv", NOW), [new_id("msg", NOW) for _ in range(5)]
    with as_of("0035", tmp_path) as (url, connection):
        insert(connection, {}, "contact", {"id": "con_1"})
        insert(connection, {"contact_id": "con_1"}, "conversation", {"id": talk_id})
        for number, message_id in enumerate(ids, 1):
            insert(connection, {"conversation_id": talk_id}, "message", {"id": message_id, "sequence": number})
        for answer, question in ((1, 2), (3, 2), (4, 2), (5, None)):
            found = {"answer": ids[answer - 1], "question": None if question is None else ids[question - 1]}
            connection.execute(text("UPDATE message SET answer_to = :question WHERE id = :answer"), found)
    database = await Database.open(url)
    async with database.read() as reader:
        _, carried = await conversations.message_and_answer(reader, ids[1])
        assert [row["id"] for row in carried] == [ids[0], ids[2], ids[3]]
        rows = await conversations.messages(reader, talk_id, 0, 9)
    assert [row["answers"] for row in rows] == [2, None, 2, 2, None]
    await database.close()
