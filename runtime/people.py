"""What is kept of one person: handed out, or removed.

Of what others need only the person goes: tasks stay, and whoever made, has or completed them is then nobody.
"""

import re
from collections.abc import Collection, Mapping, Sequence
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
from tasktalk.storage import counts, metas, people, tags
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Row, Write, WriteSet

PAGE = 200
NOBODY = "deleted"
"""Who made, has or completed a task after the person was removed."""
_TRIES = 20
_SUBJECTS = ("contact", "conversation", "message", "session", "run")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with those that are linked with it, and by what names they are known."""

    contact: Row
    linked: Sequence[Row]
    profile: Row | None
    conversations: Sequence[Row]

    @property
    def contacts(self) -> Sequence[Row]:
        return [self.contact, *self.linked]

    @property
    def contact_ids(self) -> list[str]:
        return [row["id"] for row in self.contacts]

    @property
    def conversation_ids(self) -> list[str]:
        return [row["id"] for row in self.conversations]

    @property
    def who(self) -> set[str]:
        """What stands for them where a user is named."""
        email = self.profile and self.profile["email"]
        found = {email} if email else set()
        for row in self.contacts:
            found |= {row["address"], f"{row['channel']}:{row['address']}", row["id"]}
        return found

    @property
    def names(self) -> set[str]:
        """All that tells in a text that it is about them."""
        named = (*(row["name"] for row in self.contacts), self.profile and self.profile["name"])
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
            tables = (*_TOLD, "session")
            of_talks = {table: await people.rows(reader, table, "conversation_id", ids) for table in tables}
            memories = await people.rows(reader, "memory", "owner", [*person.contact_ids, *ids])
            tasks = await people.tasks(reader, person.who)
            own = await _own_events(reader, await _subjects(reader, person))
            events = [*own, *await _events_of_tasks(reader, person, tasks)]
            notes = {table: await _notes(reader, person, tasks, table) for table in _NOTES}
            elsewhere = await _runs_of_tasks(reader, person, tasks)
        states = StoredStates(self._database.read, keywords)
        talks = [
            {
                **_plain(talk),
                **{f"{table}s": [_plain(row) for row in _of(talk, of_talks[table])] for table in _TOLD},
                "sessions": [await _session(row, states) for row in _of(talk, of_talks["session"])],
            }
            for talk in person.conversations
        ]
        return {
            "contact": _plain(person.contact),
            "linked_contacts": [_plain(row) for row in person.linked],
            "profile": _plain(person.profile) if person.profile else None,
            "conversations": talks,
            "memories": [{**_plain(row), "value": plain(state.load_value(row["value"]))} for row in memories],
            "tasks": [_plain(row) for row in tasks],
            **{f"{table}s": [_plain(row) for row in rows] for table, rows in notes.items()},
            "runs_of_tasks": [_plain(row) for row in elsewhere],
            "events": [_plain(row) for row in sorted(events, key=lambda row: row["sequence"])],
        }

    async def is_known(self, channel: str, address: str) -> bool:
        """Whether anything is kept of somebody there."""
        async with self._database.read() as reader:
            return await _person(reader, channel, address) is not None

    async def delete(self, channel: str, address: str) -> bool:
        """Removes them; False when nobody is known there. A page of it is one transaction.

        A turn of theirs that is under way meets a Conflict and does not come back. Where it is stopped half way, it can
        be called again: they are known until all else is gone. Whoever writes again is somebody new, be it at the
        moment in which this returns. Raises Conflict when they never stop writing.
        """
        was_known = False
        subjects: dict[str, set[str]] = {subject: set() for subject in _SUBJECTS}
        for left in reversed(range(_TRIES)):
            async with self._database.read() as reader:
                person = await _person(reader, channel, address)
                if person is None:
                    return was_known
                for subject, found in (await _subjects(reader, person)).items():
                    subjects[subject].update(found)
                talks = [*await _events_removed(reader, subjects), *await _talks_removed(reader, person)]
            was_known = True
            try:
                await self._commit(talks)  # a Conflict when something has come meanwhile
                # From here on no turn of theirs can be committed, and nothing comes to what is told of them elsewhere.
                async with self._database.read() as reader:
                    traces = [
                        *await _events_removed(reader, subjects),
                        *await _parcels_removed(reader, person, subjects),
                        *await _made_anonymous(reader, person),
                    ]
                await self._commit(traces)
                await self._database.commit(_last(person))  # a Conflict when they have begun a talk meanwhile
            except Conflict:
                if not left:
                    raise
                continue
            return True
        raise AssertionError("the last try returns")

    async def _commit(self, writes: Sequence[Write]) -> None:
        for start in range(0, len(writes), PAGE):
            await self._database.commit(WriteSet(list(writes[start : start + PAGE])))


_TOLD = tuple(table for table in people.OF_CONVERSATION if table not in ("session", "awaited"))


async def _person(reader: Reader, channel: str, address: str) -> Person | None:
    contact = None if channel in INTERNAL_CHANNELS else await people.contact_at(reader, channel, address)
    if contact is None:
        return None
    known = (
        []
        if contact["person_id"] is None
        else await people.rows(reader, "contact", "person_id", [contact["person_id"]])
    )
    linked = [row for row in known if row["id"] != contact["id"]]
    profiles = await people.rows(reader, "profile", "contact_id", [contact["person_id"] or contact["id"]])
    talks = await people.rows(reader, "conversation", "contact_id", [contact["id"], *(row["id"] for row in linked)])
    return Person(contact, linked, profiles[0] if profiles else None, talks)


async def _subjects(reader: Reader, person: Person) -> dict[str, list[str]]:
    """The ids of what goes with the person, by what events call it."""
    ids = person.conversation_ids
    rest = [subject for subject in _SUBJECTS if subject not in ("contact", "conversation")]
    found = {subject: await people.keys(reader, subject, "conversation_id", ids) for subject in rest}
    return {"contact": person.contact_ids, "conversation": ids, **found}


async def _own_events(reader: Reader, subjects: Mapping[str, Collection[str]]) -> list[Row]:
    """Those about what goes with the person."""
    return [row for subject, ids in subjects.items() for row in await people.events(reader, subject, ids)]


async def _events_of_tasks(reader: Reader, person: Person, tasks: Sequence[Row]) -> list[Row]:
    """Those about tasks of the person, and others that they caused."""
    found = [
        *await people.events(reader, "task", [row["id"] for row in tasks]),
        *await people.events_by(reader, person.who),
    ]
    return list({row["id"]: row for row in found if row["subject"] not in _SUBJECTS}.values())


async def _notes(reader: Reader, person: Person, tasks: Sequence[Row], table: str) -> list[Row]:
    """What the person made that hangs on tasks, or is there to make some, and what hangs on tasks of the person."""
    made_by, _ = _NOTES[table]
    found = [*await people.rows(reader, table, made_by, person.who)]
    if table != "template":
        found += await people.rows(reader, table, "task_id", [row["id"] for row in tasks])
    return list({row["id"]: row for row in found}.values())


async def _runs_of_tasks(reader: Reader, person: Person, tasks: Sequence[Row]) -> list[Row]:
    """Those for tasks of the person outside of their own talks."""
    found = await people.rows(reader, "run", "task_id", [row["id"] for row in tasks])
    return [row for row in found if row["conversation_id"] not in person.conversation_ids]


async def _events_removed(reader: Reader, subjects: Mapping[str, Collection[str]]) -> list[Write]:
    """They go before what they are about: stopped half way, nobody would find them by it any more."""
    writes, own = WriteSet(), [row["id"] for row in await _own_events(reader, subjects)]
    for event_id in await people.pending(reader, own):
        writes.delete("pending_event", {"event_id": event_id})
    for event_id in own:
        writes.delete("event", {"id": event_id})
    return writes.writes


async def _parcels_removed(reader: Reader, person: Person, subjects: Mapping[str, Collection[str]]) -> list[Write]:
    """What others have not been told of them yet."""
    about = {row["id"] for row in await people.tasks(reader, person.who)}.union(*subjects.values())
    writes = WriteSet()
    for parcel_id in await people.keys(reader, "parcel", "subject_id", about):
        writes.delete("parcel", {"id": parcel_id})
    return writes.writes


async def _talks_removed(reader: Reader, person: Person) -> list[Write]:
    """All of the conversations, what would begin a turn first."""
    ids, writes = person.conversation_ids, WriteSet()
    for run_id in await people.run_starts(reader, ids):
        writes.delete("run_start", {"run_id": run_id})
    for table in people.OF_CONVERSATION:
        key = {"awaited": "session_id", "handover": "conversation_id"}.get(table, "id")
        for value in await people.keys(reader, table, "conversation_id", ids):
            writes.delete(table, {key: value})
    for conversation_id in ids:
        writes.delete("automation_done", {"conversation_id": conversation_id})
        writes.delete("conversation", {"id": conversation_id})
    return writes.writes


async def _made_anonymous(reader: Reader, person: Person) -> list[Write]:
    """What stays, without the person."""
    writes, tasks = WriteSet(), await people.tasks(reader, person.who)
    for row in await _events_of_tasks(reader, person, tasks):
        writes.update("event", {"id": row["id"]}, _anonymous(row, person, ("actor",), ("changes",)))
    for row in await _runs_of_tasks(reader, person, tasks):
        writes.update(
            "run",
            {"id": row["id"]},
            _anonymous(row, person, (), _OF_RUN),
        )
    for table, (made_by, texts) in _NOTES.items():
        for row in await _notes(reader, person, tasks, table):
            writes.update(table, {"id": row["id"]}, _anonymous(row, person, (made_by,), texts))
    for row in tasks:
        values = _anonymous(row, person, ("created_by", "completed_by"), _TEXTS)
        if row["contact_id"] in person.contact_ids:
            values["contact_id"] = None
        writes.update("task", {"id": row["id"], "version": row["version"]}, {**values, "version": row["version"] + 1})
        for index in (counts, metas, tags):
            index.follow(writes, row, {**row, **values})
    steps = await people.rows(reader, "workflow_step", "id", [row["id"] for row in tasks])
    workflows = await people.workflows(reader, person.who, {row["workflow_id"] for row in steps})
    for table, rows, users in (("workflow_step", steps, ()), ("workflow", workflows, ("created_by",))):
        for row in rows:
            values = {**_anonymous(row, person, users, ("name",)), "version": row["version"] + 1}
            writes.update(table, {"id": row["id"], "version": row["version"]}, values)
    return writes.writes


def _last(person: Person) -> WriteSet:
    """By which they are known, and what refers to it."""
    writes = WriteSet()
    for owner in (*person.contact_ids, *person.conversation_ids):
        writes.delete("memory", {"owner": owner})
    for row in person.contacts:
        for table in ("profile", "link_code", "link_attempt"):
            writes.delete(table, {"contact_id": row["id"]})
        # Whoever is linked with them or parted from them at this moment makes it a Conflict.
        writes.update("contact", {"id": row["id"], "version": row["version"]}, {"version": row["version"]})
        writes.delete("contact", {"id": row["id"]})
    return writes


_TEXTS = ("title", "assignee", "description", "resolution", "tags", "context", "outcomes", "checklist")
_OF_RUN = ("arguments", "result", "error", "reason", "last_task")
_NOTES: Mapping[str, tuple[str, Sequence[str]]] = {
    "comment": ("author", ("text", "mentions")),
    "attachment": ("uploaded_by", ("filename",)),
    "task_message": ("author", ("content",)),
    "template": ("created_by", ("name", "description_template", "default_tags", "checklist")),
}
"""Of what hangs on tasks, who made it and what may tell of a person."""


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


def _of(talk: Row, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["conversation_id"] == talk["id"]]


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
