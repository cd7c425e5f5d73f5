"""What is kept of one person: handed out, or removed.

Of what others need only the person goes: tasks stay, and whoever made, has or completed them is then nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasktalk.interpreter import state
from tasktalk.interpreter.errors import NotRunnable
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.state import StateError
from tasktalk.runtime.internal import INTERNAL_CHANNELS
from tasktalk.runtime.plain_values import plain
from tasktalk.runtime.stored_states import StoredStates
from tasktalk.storage import people
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Row, Write, WriteSet

PAGE = 200
NOBODY = "deleted"
"""Who made, has or completed a task after the person was removed."""
_TRIES = 20
_SUBJECTS = ("contact", "conversation", "message", "session", "run")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact, and by what names they are known."""

    contact: Row
    profile: Row | None
    conversations: Sequence[Row]

    @property
    def conversation_ids(self) -> list[str]:
        return [row["id"] for row in self.conversations]

    @property
    def who(self) -> set[str]:
        """What stands for them where a user is named."""
        address, email = self.contact["address"], self.profile and self.profile["email"]
        return {address, f"{self.contact['channel']}:{address}", self.contact["id"], *([email] if email else [])}

    @property
    def names(self) -> set[str]:
        """All that tells in a text that it is about them."""
        named = (self.contact["name"], self.profile and self.profile["name"])
        return self.who | {name for name in named if name}


class People:
    """Finds, hands out and removes what a database has of persons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, channel: str, address: str, keywords: Keywords) -> dict[str, Any] | None:
        """All that is kept of them, as JSON can hold it; None when nobody is known there."""
        async with self._database.read() as reader:
            person = await _person(reader, channel, address)
            if person is None:
                return None
            ids = person.conversation_ids
            of_talks = {table: await people.rows(reader, table, "conversation_id", ids) for table in _TOLD}
            memories = await people.rows(reader, "memory", "owner", [person.contact["id"], *ids])
            tasks = await people.tasks(reader, person.who)
            events = [*await _own_events(reader, person), *await _events_of_tasks(reader, person, tasks)]
        states = StoredStates(self._database.read, keywords)
        talks = [
            {
                **_plain(talk),
                "messages": [_plain(row) for row in of_talks["message"] if row["conversation_id"] == talk["id"]],
                "sessions": [
                    await _session(row, states) for row in of_talks["session"] if row["conversation_id"] == talk["id"]
                ],
                "runs": [_plain(row) for row in of_talks["run"] if row["conversation_id"] == talk["id"]],
                "schedules": [_plain(row) for row in of_talks["schedule"] if row["conversation_id"] == talk["id"]],
            }
            for talk in person.conversations
        ]
        return {
            "contact": _plain(person.contact),
            "profile": _plain(person.profile) if person.profile else None,
            "conversations": talks,
            "memories": [{**_plain(row), "value": plain(state.load_value(row["value"]))} for row in memories],
            "tasks": [_plain(row) for row in tasks],
            "events": [_plain(row) for row in sorted(events, key=lambda row: row["sequence"])],
        }

    async def delete(self, channel: str, address: str) -> bool:
        """Removes them; False when nobody is known there. A page of it is one transaction.

        A turn of theirs that is under way meets a Conflict and does not come back. Where it is stopped half way, it can
        be called again. Whoever writes again afterwards is somebody new. Raises Conflict when they never stop writing.
        """
        for left in reversed(range(_TRIES)):
            async with self._database.read() as reader:
                person = await _person(reader, channel, address)
                if person is None:
                    return left < _TRIES - 1
                parts, last = await _removal(reader, person), _last(person)
            try:
                for start in range(0, len(parts), PAGE):
                    await self._database.commit(WriteSet(parts[start : start + PAGE]))
                await self._database.commit(last)
            except Conflict:
                if not left:
                    raise
                continue
            return True
        raise AssertionError("the last try returns")


_TOLD = ("message", "session", "run", "schedule")


async def _person(reader: Reader, channel: str, address: str) -> Person | None:
    contact = None if channel in INTERNAL_CHANNELS else await people.contact_at(reader, channel, address)
    if contact is None:
        return None
    profiles = await people.rows(reader, "profile", "contact_id", [contact["id"]])
    talks = await people.rows(reader, "conversation", "contact_id", [contact["id"]])
    return Person(contact, profiles[0] if profiles else None, talks)


async def _own_events(reader: Reader, person: Person) -> list[Row]:
    """Those about what goes with the person."""
    ids = person.conversation_ids
    found: list[Row] = []
    for subject in _SUBJECTS:
        of = {"contact": [person.contact["id"]], "conversation": ids}.get(subject)
        subject_ids = of if of is not None else await people.keys(reader, subject, "conversation_id", ids)
        found += await people.events(reader, subject, subject_ids)
    return found


async def _events_of_tasks(reader: Reader, person: Person, tasks: Sequence[Row]) -> list[Row]:
    """Those about tasks of the person, and others that they caused."""
    found = [
        *await people.events(reader, "task", [row["id"] for row in tasks]),
        *await people.events_by(reader, person.who),
    ]
    return list({row["id"]: row for row in found if row["subject"] not in _SUBJECTS}.values())


async def _removal(reader: Reader, person: Person) -> list[Write]:
    """All but the conversations and the contact itself, what would begin a turn first."""
    ids, writes = person.conversation_ids, WriteSet()
    own = [row["id"] for row in await _own_events(reader, person)]
    for event_id in await people.pending(reader, own):
        writes.delete("pending_event", {"event_id": event_id})
    for run_id in await people.run_starts(reader, ids):
        writes.delete("run_start", {"run_id": run_id})
    for table in people.OF_CONVERSATION:
        key = {"awaited": "session_id", "handover": "conversation_id"}.get(table, "id")
        for value in await people.keys(reader, table, "conversation_id", ids):
            writes.delete(table, {key: value})
    for event_id in own:
        writes.delete("event", {"id": event_id})
    tasks = await people.tasks(reader, person.who)
    for row in await _events_of_tasks(reader, person, tasks):
        writes.update("event", {"id": row["id"]}, _anonymous(row, person, ("actor",), ("changes",)))
    for row in tasks:
        values = _anonymous(row, person, ("created_by", "completed_by"), _TEXTS)
        writes.update("task", {"id": row["id"], "version": row["version"]}, {**values, "version": row["version"] + 1})
        if values["tags"] != row["tags"]:
            writes.delete("task_tag", {"task_id": row["id"]})
            for tag in dict.fromkeys(values["tags"]):
                writes.insert("task_tag", {"tag": tag, "task_id": row["id"]})
    return writes.writes


def _last(person: Person) -> WriteSet:
    """A Conflict when something has come meanwhile."""
    writes = WriteSet()
    for owner in (person.contact["id"], *person.conversation_ids):
        writes.delete("memory", {"owner": owner})
    for conversation_id in person.conversation_ids:
        writes.delete("conversation", {"id": conversation_id})
    writes.delete("profile", {"contact_id": person.contact["id"]})
    writes.delete("contact", {"id": person.contact["id"]})
    return writes


_TEXTS = ("title", "assignee", "description", "resolution", "tags", "context", "outcomes")


def _anonymous(row: Row, person: Person, users: Sequence[str], texts: Sequence[str]) -> dict[str, Any]:
    """The columns without the person."""
    longest_first = sorted(person.names, key=len, reverse=True)
    names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return {
        **{column: NOBODY if row[column] in person.who else row[column] for column in users},
        **{column: _without(row[column], names) for column in texts},
    }


def _without(value: Any, names: "re.Pattern[str]") -> Any:
    if isinstance(value, str):
        return names.sub(NOBODY, value)
    if isinstance(value, list):
        return [_without(item, names) for item in value]
    if isinstance(value, dict):
        return {_without(key, names): _without(item, names) for key, item in value.items()}
    return value


async def _session(row: Row, states: StoredStates) -> dict[str, Any]:
    found = _plain({name: value for name, value in row.items() if name != "state"})
    if row["state"]:
        try:
            found["variables"] = dict(await states.variables(row["state"]))
        except (StateError, NotRunnable) as problem:
            found["variables"] = f"cannot be read: {problem}"
    return found


def _plain(row: Row) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else plain(value) for name, value in row.items()}
