"""Removes what is past, in small pages between the turns, and gives its space back.

A page is one read and one write set. Nothing is removed that a turn, an answer or a waiting session still needs; what
changes meanwhile makes the page a Conflict, and it is looked at again an hour later.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from tasktalk.interpreter.state import mentioned
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.file_sweeping import sweep
from tasktalk.runtime.files import FileStore
from tasktalk.runtime.ids import least_id
from tasktalk.runtime.retention import OF_REQUESTS, TERMS, Keep
from tasktalk.storage import requests, retention
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Row, WriteSet

PAGE = 200
PAGES = 50
"""How many pages of one kind are done at a time."""
EVERY, SOON = timedelta(hours=1), timedelta(minutes=1)
SWEEP_EVERY = timedelta(days=1)
"""How long a process runs before it removes programs: those that it replaces, with older scripts, are gone by then."""

_SPACE, _FILES = "space", "files"
_Page: TypeAlias = tuple[WriteSet, Any]  # what removes it, and where the next page begins; None at the end
_Read: TypeAlias = Callable[[Reader, datetime, int], Awaitable[Sequence[Row]]]

_TALK: Mapping[str, Mapping[str, str]] = {
    **{table: {"conversation_id": "talk_id"} for table in ("message", "step", "conversation_tag", "automation_done")},
    "session": {"conversation_id": "talk_id"},
    "conversation": {"id": "talk_id"},
    "profile": {"contact_id": "talker_id"},
    "memory": {"owner": "talker_id"},
    "contact": {"id": "talker_id"},
}
"""A conversation that a run had for itself, with all that belongs to it."""

_PAST: Mapping[str, tuple[_Read, Mapping[str, Mapping[str, str]]]] = {
    "sessions": (retention.sessions, {"session": {"id": "id"}}),
    "runs": (retention.runs, {"run_start": {"run_id": "id"}, "run": {"id": "id"}, **_TALK}),
    "memories": (retention.memories, {"memory": {"id": "id", "version": "version"}}),
    "budgets": (requests.old_budgets, {"budget": {name: name for name in ("user_id", "kind", "begun_at")}}),
    "answers": (requests.old_answers, {"kept_answer": {name: name for name in ("user_id", "key", "created_at")}}),
}
"""What is past by its age alone: what reads the rows, and of each table the key of what goes with a row, by the columns
that the row has it in; where one of them is null, nothing of that table goes."""


class Janitor:
    """What `due` gives is to be given to `clean`, one kind at a time."""

    def __init__(
        self, database: Database, clock: Clock, bots: Bots, keep: Keep, files: FileStore | None = None
    ) -> None:
        self._database, self._clock, self._bots, self._keep, self._store = database, clock, bots, keep, files
        self.next_at = clock.now()
        """When `due` has something to give."""
        self._sweep_at = clock.now() + SWEEP_EVERY
        self._marked: set[str] = set()  # the programs that the states name which were looked at so far
        self._places: dict[str, Any] = {}  # where the next page begins of what is not done
        self._pages: Mapping[str, Callable[[datetime, Any], Awaitable[_Page]]] = {
            "messages": self._messages,
            "events": self._events,
            "programs": self._programs,
            **{kind: partial(self._past, kind) for kind in _PAST},
        }
        self._others: Mapping[str, Callable[[], Awaitable[bool]]] = {_SPACE: self._shrink, _FILES: self._files}

    def due(self) -> Sequence[str]:
        """The kinds of things to look at now."""
        if self._clock.now() < self.next_at:
            return ()
        self.next_at = self._clock.now() + EVERY
        return [
            *(name for name in TERMS if getattr(self._keep, name) is not None),
            *OF_REQUESTS,
            *([_FILES] if self._store else []),
            _SPACE,
        ]

    async def clean(self, kind: str) -> None:
        """Removes a bounded number of things of a kind; when more are left, `next_at` is soon."""
        if not (await self._others[kind]() if kind in self._others else await self._remove(kind)):
            self.next_at = min(self.next_at, self._clock.now() + SOON)

    async def _remove(self, kind: str) -> bool:
        before = self._clock.now() - (OF_REQUESTS.get(kind) or getattr(self._keep, kind))
        place = self._places.pop(kind, None)
        for _ in range(PAGES):
            writes, place = await self._pages[kind](before, place)
            try:
                await self._database.commit(writes)
            except Conflict:
                return True
            if place is None:
                return True
        self._places[kind] = place
        return False

    async def _shrink(self) -> bool:
        for _ in range(PAGES):
            if not await self._database.shrink():
                return True
        return False

    async def _files(self) -> bool:
        place: str | None = self._places.pop(_FILES, "")
        for _ in range(PAGES):
            if self._store is None or place is None:
                return True
            place = await sweep(self._database, self._store, self._clock.now(), place)
        if place is not None:
            self._places[_FILES] = place
        return place is None

    async def _messages(self, before: datetime, place: Any) -> _Page:
        async with self._database.read() as reader:
            rows = await retention.messages(reader, before, place or "", least_id("msg", before), PAGE)
        writes = WriteSet()
        for row in rows:
            if row["is_past"]:
                writes.delete("message", {"id": row["id"], "status": row["status"]})
        return writes, rows[-1]["id"] if len(rows) == PAGE else None

    async def _events(self, before: datetime, place: Any) -> _Page:
        async with self._database.read() as reader:
            rows = await retention.events(reader, before, place or 0, PAGE)
        writes = WriteSet()
        for row in rows:
            if row["is_past"]:
                writes.delete("event", {"id": row["id"]})
        is_over = len(rows) < PAGE or rows[-1]["is_young"]
        return writes, None if is_over else rows[-1]["sequence"]

    async def _past(self, kind: str, before: datetime, place: Any) -> _Page:
        read, tables = _PAST[kind]
        async with self._database.read() as reader:
            rows = await read(reader, before, PAGE)
        writes = WriteSet()
        for row in rows:
            for table, names in tables.items():
                key = {column: row[name] for column, name in names.items()}
                if None not in key.values():
                    writes.delete(table, key)
        return writes, len(rows) == PAGE or None

    async def _programs(self, before: datetime, place: Any) -> _Page:
        """Removes the programs that nothing names, after a look at all waiting sessions: a state names the scripts that
        it called, too. A session that waits since then names no others than those that are in use now."""
        in_use = {program.id for _, program in self._bots.compiled}
        if place is None:
            if self._clock.now() < self._sweep_at:
                return WriteSet(), None
            self._marked.clear()
        async with self._database.read() as reader:
            past = await retention.programs(reader, before, in_use)
            rows = await retention.states(reader, place or "", PAGE) if past else []
        for row in rows:
            self._marked |= mentioned(row["state"] or b"")
        if len(rows) == PAGE:
            return WriteSet(), rows[-1]["id"]
        self._sweep_at = self._clock.now() + SWEEP_EVERY
        writes = WriteSet()
        for program_id in past - self._marked:
            writes.delete("program", {"id": program_id})
        return writes, None
