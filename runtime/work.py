"""What one turn or one request wants to change: gathered in memory, read back by whoever gathers it, committed whole.

It is no transaction: nothing is locked meanwhile; a row that somebody else changed first makes the commit a Conflict.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks.model import bare, number
from tasktalk.storage import accounts, counts, metas, numbers, runs, tags, tasks
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Row, WriteSet

MOST_DEPTH = 10
"""How far what follows may be from the event that it follows from: what causes its own event would never end."""


def further(depth: int, count: int) -> int:
    """The depth of each of so many things that follow from one: each doubling of their number is a step.

    So what follows from one thing comes to an end, and if nothing goes on past a depth of n, it is at most 2 to the n.
    """
    return depth + (count - 1).bit_length()


class UnitOfWork:
    """The writes of one turn or request, made at one moment (`now`)."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.now = now
        self.depth = 0
        """How far this unit is from the event that led to it; see `further`. 0 where no handler did."""
        self.writes = WriteSet()
        self._database = database
        self._rows: dict[tuple[str, str], Row | None] = {}
        self._touched: set[tuple[str, str]] = set()
        self._found: set[tuple[str, str | None]] = set()
        self._pending: list[dict[str, Any]] = []
        self._numbered: dict[int, str] = {}

    def read(self) -> AbstractAsyncContextManager[Reader]:
        """A short read transaction; it sees what has been committed, not what this unit has gathered."""
        return self._database.read()

    async def task_id(self, said: str) -> str:
        """The id as it is stored, of a task in any interface's spelling, its number being one.

        It tells nothing of whether there is such a task, nor whose it is.
        """
        if (found := number(said)) is None:
            return bare(said)
        if found not in self._numbered:
            async with self.read() as reader:
                self._numbered[found] = await numbers.task_of(reader, found) or said
        return self._numbered[found]

    async def task_ids(self, said: Sequence[str]) -> list[str]:
        """The ids of several tasks as `task_id` gives them, those that are numbers looked up at once."""
        asked = {found for each in said if (found := number(each)) is not None} - self._numbered.keys()
        if asked:
            async with self.read() as reader:
                self._numbered |= await numbers.tasks_of(reader, asked)
        return [await self.task_id(each) if number(each) in self._numbered else bare(each) for each in said]

    async def task(self, task_id: str) -> Row | None:
        """The task's row as this unit sees it, its own changes included; None when there is none or it was deleted."""
        key = ("task", task_id)
        if key not in self._rows:
            async with self.read() as reader:
                self._rows[key] = await tasks.by_id(reader, task_id)
        return self._rows[key]

    async def run(self, run_id: str) -> Row | None:
        """The run's row as it was stored when this unit first knew it; None when there is none."""
        if ("run", run_id) not in self._rows:
            async with self.read() as reader:
                self._rows["run", run_id] = await runs.by_id(reader, run_id)
        return self._rows["run", run_id]

    def know(self, table: str, row: Row) -> None:
        """A row that was just read, and is not read again."""
        self._rows[table, row["id"]] = row

    async def find(
        self,
        table: str,
        stored: Callable[[Reader], Awaitable[Sequence[Row]]],
        fits: Callable[[Row], bool],
        once: str | None = None,
    ) -> list[Row]:
        """The rows of a table that fit, as this unit sees them; `stored` reads at least those that are committed. What
        is read `once` under some name is read no more in this unit."""
        if (table, once) not in self._found:
            async with self.read() as reader:
                for row in await stored(reader):
                    self._rows.setdefault((table, row["id"]), row)
            if once is not None:
                self._found.add((table, once))
        return [row for key, row in self._rows.items() if key[0] == table and row is not None and fits(row)]

    def expect(self, table: str, row: Row) -> None:
        """Makes the commit a Conflict unless the versioned row is still stored like this then."""
        if self.is_untouched(table, row["id"]):
            self.writes.expect(table, {"id": row["id"], "version": row["version"]})

    def changed(self, table: str) -> list[Row]:
        """The rows that this unit has made or changed, as they are then."""
        return [row for key, row in self._rows.items() if key[0] == table and key in self._touched and row is not None]

    def is_untouched(self, table: str, row_id: str) -> bool:
        """Whether this unit has not changed the row; one that it has changed is guarded by that."""
        return (table, row_id) not in self._touched

    def is_deleted(self, table: str, row_id: str) -> bool:
        """Whether this unit has removed the row."""
        return (table, row_id) in self._touched and self._rows[table, row_id] is None

    async def organisation(self, organisation_id: str) -> Row | None:
        """How the organisation is run; None where there is none.

        One that asks nothing of its tasks is remembered from unit to unit, and the commit is a Conflict if it asks
        something by then. What others ask is read each time: what is refused because of it needs no commit.
        """
        key, known = ("organisation", organisation_id), self._database.undemanding
        if key in self._rows:
            return self._rows[key]
        if (row := known.get(organisation_id)) is not None:
            self.writes.expect("organisation", {"id": organisation_id, "version": row["version"]})
        else:
            async with self.read() as reader:
                row = await accounts.organisation_by_id(reader, organisation_id)
            if row is not None and not row["has_directory"] and not row["sla"]:
                known[organisation_id] = row
        self._rows[key] = row
        return row

    async def schedule_of(self, task_id: str) -> Row | None:
        """The row of the task's schedule as this unit sees it, or None."""
        for (table, _), row in self._rows.items():
            if table == "schedule" and row is not None and row["task_id"] == task_id:
                return row
        async with self.read() as reader:
            found = await tasks.schedule_of(reader, task_id)
        if found is None or ("schedule", found["id"]) in self._rows:
            return None
        self._rows["schedule", found["id"]] = found
        return found

    def insert(self, table: str, row: Row) -> None:
        """Adds a row that has an `id`; this unit reads it back."""
        self.writes.insert(table, row)
        if table == "task":
            counts.follow(self.writes, None, row)
            metas.follow(self.writes, None, row)
            numbers.follow(self.writes, None, row)
            tags.follow(self.writes, None, row)
        self._rows[table, row["id"]] = row
        self._touched.add((table, row["id"]))

    def change(self, table: str, row: Row, values: Row) -> Row:
        """The row with new values and the next version; the commit is a Conflict unless `row` is stored like this."""
        values = {**values, "version": row["version"] + 1}
        self.writes.update(table, {"id": row["id"], "version": row["version"]}, values)
        changed = {**row, **values}
        if table == "task":
            counts.follow(self.writes, row, changed)
            metas.follow(self.writes, row, changed)
            tags.follow(self.writes, row, changed)
        self._rows[table, row["id"]] = changed
        self._touched.add((table, row["id"]))
        return changed

    def delete(self, table: str, row: Row) -> None:
        """Removes a versioned row; the commit is a Conflict unless `row` is stored like this."""
        # A Delete that finds nothing is no Conflict, so the change before it is what notices a rival.
        changed = self.change(table, row, {})
        if table == "task":
            counts.follow(self.writes, changed, None)
            metas.follow(self.writes, changed, None)
            numbers.follow(self.writes, changed, None)
            tags.follow(self.writes, changed, None)
        self.writes.delete(table, {"id": changed["id"]})
        self._rows[table, changed["id"]] = None

    def record(
        self,
        kind: str,
        subject: str,
        subject_id: str,
        *,
        organisation_id: str | None,
        actor: str,
        source: str,
        changes: Mapping[str, tuple[object, object]],
    ) -> None:
        """Adds the event that tells of a change: `changes` has (before, after) of each field, as JSON can hold them.

        The handlers that scripts have for it are started once this has been committed.
        """
        event_id = new_id("evt", self.now)
        self.writes.insert(
            "event",
            {
                "id": event_id,
                "organisation_id": organisation_id,
                "subject": subject,
                "subject_id": subject_id,
                "kind": kind,
                "actor": actor,
                "source": source,
                "changes": {field: list(pair) for field, pair in changes.items()},
                "created_at": self.now,
            },
        )
        self._pending.append({"event_id": event_id, "depth": 0})
        self.writes.insert("pending_event", self._pending[-1])
        if self.depth:
            for row in self._pending:
                row["depth"] = further(self.depth, len(self._pending))

    async def commit_apart(self, writes: WriteSet) -> None:
        """Writes something at once that holds whatever becomes of this unit."""
        await self._database.commit(writes)

    async def commit(self) -> None:
        """Writes everything or nothing; raises Conflict when a row is not as this unit read it."""
        if self.writes.writes:
            await self._database.commit(self.writes)
