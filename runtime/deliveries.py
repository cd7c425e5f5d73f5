"""Puts messages back in line that were given up: dead ones, and inbound ones that are parked.

A message keeps its place in its conversation, before all that was said after it and is not delivered yet. What was
delivered meanwhile is not undone.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.sessions import COMMAND
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations, deliveries
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row

STUCK = frozenset(["dead", "parked"])
_PAGE = 200


async def put_back(
    database: Database, now: datetime, message_ids: Collection[str], actor: str, *, source: str = COMMAND
) -> list[str]:
    """The ids of the messages that are in line again; each has a fresh count of attempts. Those that somebody else puts
    back at the same moment are not among them.

    Refuses `message_not_found` and `message_not_stuck`, and then changes none.
    """
    rows = []
    async with database.read() as reader:
        for message_id in dict.fromkeys(message_ids):
            row = await conversations.message_by_id(reader, message_id)
            if row is None:
                raise Refused("message_not_found", f"there is no message {message_id}")
            if row["status"] not in STUCK:
                raise Refused(
                    "message_not_stuck", f"the message {message_id} is {row['status']}, neither dead nor parked"
                )
            rows.append(row)
    return await _put_back(database, now, rows, actor, source)


async def put_all_back(
    database: Database, now: datetime, channel: str | None, actor: str, *, source: str = COMMAND
) -> list[str]:
    """Like `put_back`, for every message that is dead now: of one channel, or of all of them."""
    done: list[str] = []
    after = ""
    while True:
        async with database.read() as reader:
            rows = await deliveries.listed(reader, "dead", _PAGE, channel, after)
        if not rows:
            return done
        done += await _put_back(database, now, rows, actor, source)
        after = rows[-1]["id"]


async def _put_back(database: Database, now: datetime, rows: Sequence[Row], actor: str, source: str) -> list[str]:
    are_done = await asyncio.gather(*(_put_one_back(database, now, row, actor, source) for row in rows))
    return [row["id"] for row, is_done in zip(rows, are_done, strict=True) if is_done]


async def _put_one_back(database: Database, now: datetime, row: Row, actor: str, source: str) -> bool:
    work = UnitOfWork(database, now)
    # What is said to it now is fetched with the contact's next message: nobody waits for an answer to this one.
    values = {"status": "pending", "attempts": 1, "error": None, "session_id": None, "turn_id": None}
    if row["status"] == "dead":
        # The session and turn that said it stay; with a time that has passed, whoever waits to try another one looks.
        values = {"status": "pending", "attempts": 0, "error": None, "next_attempt_at": row["created_at"]}
    work.writes.update("message", {"id": row["id"], "status": row["status"]}, values)
    work.record(
        "message_put_back",
        "message",
        row["id"],
        organisation_id=None,
        actor=actor,
        source=source,
        changes={"status": (row["status"], "pending")},
    )
    try:
        await work.commit()
    except Conflict:
        return False
    return True
