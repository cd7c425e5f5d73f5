"""Puts back in line what was given up: messages and parcels that are dead, messages that were withheld, and inbound
messages that are parked.

A message keeps its place in its conversation, before all that was said after it and is not delivered yet. What was
delivered meanwhile is not undone.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.sessions import COMMAND
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations, deliveries, parcels
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.deliveries import Which
from tasktalk.storage.writes import Conflict, Row

STUCK = frozenset(["dead", "parked", "withheld"])
PARCELS: Mapping[str, str] = {"task-mail": "email", "task-webhook": "webhook"}
"""What brings out what users and other programs are told of tasks, each with the kind of its parcels: beside the
channels, which bring out what bots say."""
_PAGE = 200


async def listed(
    reader: Reader,
    which: Which,
    limit: int,
    channel: str | None = None,
    after: str = "",
    organisation_id: str | None = None,
) -> Sequence[Row]:
    """The eldest messages and parcels, of one channel or of all and of one organisation or of all, whose ids come
    behind `after`, each kind by itself."""
    if channel is not None and channel in PARCELS:
        return await _parcels(reader, which, limit, channel, after, organisation_id)
    found = list(await deliveries.listed(reader, which, limit, channel, after, organisation_id))
    if channel is None:
        for name in PARCELS:
            found += await _parcels(reader, which, limit, name, after, organisation_id)
    return found


async def _parcels(
    reader: Reader, which: Which, limit: int, channel: str, after: str, organisation_id: str | None
) -> Sequence[Row]:
    rows = await parcels.listed(reader, which, limit, PARCELS[channel], after, organisation_id)
    return [
        {
            **{name: row[name] for name in ("id", "status", "attempts", "next_attempt_at", "error", "created_at")},
            "bot": None,
            "channel": channel,
            "contact": _shown(row),
            "conversation_id": row["subject_id"] if row["subject"] == "conversation" else None,
        }
        for row in rows
    ]


def _shown(row: Row) -> str | None:
    # Of a web address the host alone: the rest may hold secrets.
    return row["address"] and (row["address"] if row["kind"] == "email" else urlsplit(row["address"]).hostname)


async def put_back(
    database: Database,
    now: datetime,
    ids: Collection[str],
    actor: str,
    *,
    source: str = COMMAND,
    with_parcels: bool = False,
    organisation_id: str | None = None,
) -> list[str]:
    """The ids of what is in line again; each has a fresh count of attempts. What somebody else puts back at the same
    moment is not among them.

    Refuses `message_not_found`, also for those of another organisation than that of `organisation_id`, where there is
    one, and `message_not_stuck`, and then changes none.
    """
    rows = []
    async with database.read() as reader:
        for wanted in dict.fromkeys(ids):
            row = await conversations.message_by_id(reader, wanted)
            if row is not None and not await _is_of(reader, row, organisation_id):
                row = None
            elif row is None and with_parcels:
                row = await parcels.by_id(reader, wanted, organisation_id)
            if row is None:
                raise Refused("message_not_found", f"there is no message {wanted}")
            if row["status"] not in STUCK:
                raise Refused(
                    "message_not_stuck", f"the message {wanted} is {row['status']}, neither dead, withheld nor parked"
                )
            rows.append(row)
    return await _put_back(database, now, rows, actor, source)


async def put_all_back(
    database: Database,
    now: datetime,
    channel: str | None,
    actor: str,
    *,
    source: str = COMMAND,
    with_parcels: bool = False,
    organisation_id: str | None = None,
) -> list[str]:
    """Like `put_back`, for everything that is dead now: of one channel, or of all of them."""
    done: list[str] = []
    for each in (None, *PARCELS) if with_parcels and channel is None else (channel,):
        after = ""
        while True:
            async with database.read() as reader:
                if with_parcels and each is not None and each in PARCELS:
                    rows = await parcels.listed(reader, "dead", _PAGE, PARCELS[each], after, organisation_id)
                else:
                    rows = await deliveries.listed(reader, "dead", _PAGE, each, after, organisation_id)
            if not rows:
                break
            done += await _put_back(database, now, rows, actor, source)
            after = rows[-1]["id"]
    return done


async def _is_of(reader: Reader, message: Row, organisation_id: str | None) -> bool:
    talk = await conversations.by_id(reader, message["conversation_id"])
    return organisation_id is None or (talk is not None and talk["organisation_id"] == organisation_id)


async def _put_back(database: Database, now: datetime, rows: Sequence[Row], actor: str, source: str) -> list[str]:
    are_done = await asyncio.gather(*(_put_one_back(database, now, row, actor, source) for row in rows))
    return [row["id"] for row, is_done in zip(rows, are_done, strict=True) if is_done]


async def _put_one_back(database: Database, now: datetime, row: Row, actor: str, source: str) -> bool:
    work = UnitOfWork(database, now)
    subject = "parcel" if "kind" in row else "message"
    # What is said to it now is fetched with the contact's next message: nobody waits for an answer to this one.
    values = {"status": "pending", "attempts": 1, "error": None, "session_id": None}
    if row["status"] in ("dead", "withheld"):
        # The session and turn that said it stay; with a time that has passed, whoever waits to try another one looks.
        passed = row["created_at"] if subject == "message" else None  # of parcels every line is looked at
        values = {"status": "pending", "attempts": 0, "error": None, "next_attempt_at": passed}
    work.writes.update(subject, {"id": row["id"], "status": row["status"]}, values)
    work.record(
        f"{subject}_put_back",
        subject,
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
