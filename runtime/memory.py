"""What a bot remembers from one talk to the next: values under keys, for itself or about one contact.

All of it is part of the turn: it is read back at once, committed with the turn, and gone with a turn that fails. Two
turns that change the same key at the same moment do not overwrite each other: one of them is taken again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tasktalk.interpreter import state, values
from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.values import Value
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks import due
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.memory import remembered
from tasktalk.storage.writes import Row

KEY_LENGTH = 200


class Memory:
    """The memory of one bot about one owner: a contact's id; "" for what the bot keeps for itself, or the id of another
    organisation than the default one for what it keeps while it acts for that."""

    def __init__(
        self,
        work: UnitOfWork,
        bot: str,
        owner: str,
        *,
        guard: Row | None = None,
        rows: Sequence[Row] | None = None,
    ) -> None:
        """`guard` is the contact as it must still be for what is set to be written. `rows` is all that there is, where
        this unit of work has made it so; else it is read."""
        self._work, self._bot, self._owner, self._guard = work, bot, owner, guard
        self._is_whole = rows is not None
        self._rows: dict[str, Row | None] = {row["key"]: row for row in rows or ()}

    async def get(self, key: Value) -> Value:
        """The value, with lists and records of its own; None for a key that was never set, or has expired."""
        row = await self._row(_name(key))
        if row is None or (row["expires_at"] is not None and row["expires_at"] <= self._work.now):
            return None
        return state.load_value(row["value"])

    async def set(self, key: Value, value: Value, expires_at: datetime | None = None) -> None:
        """Keeps a value; null forgets it. Refuses `invalid-key`, and `limit` for more than a session can keep."""
        name = _name(key)
        row = await self._row(name)
        if value is None:
            await self.forget(key)
            return
        try:
            written = state.dump_value(value)
        except ScriptError as error:
            raise Refused(
                "limit", f'"{name}" is too much to be remembered', "keep it in several smaller parts"
            ) from error
        self._guarded()
        new = {"value": written, "expires_at": expires_at, "updated_at": self._work.now}
        if row is not None:
            self._rows[name] = self._work.change("memory", row, new)
            return
        row = {
            "id": new_id("mem", self._work.now),
            "bot": self._bot,
            "owner": self._owner,
            "key": name,
            "version": 1,
            **new,
        }
        self._work.insert("memory", row)
        self._rows[name] = row

    async def forget(self, key: Value) -> None:
        """Removes a key; one that is not there is fine. Refuses `invalid-key`."""
        name = _name(key)
        row = await self._row(name)
        if row is not None:
            self._guarded()
            self._work.delete("memory", row)
            self._rows[name] = None

    async def _row(self, name: str) -> Row | None:
        if name not in self._rows and not self._is_whole:
            async with self._work.read() as reader:
                self._rows[name] = await remembered(reader, self._bot, self._owner, name)
        return self._rows.get(name)

    def _guarded(self) -> None:
        if self._guard is not None:
            self._work.writes.expect("contact", self._guard)
            self._guard = None


def expiry(given: Value, now: datetime) -> datetime | None:
    """When something is to be forgotten: a date, seconds from now, or words ("30 days"). Refuses `invalid-expiry`."""
    if given is None:
        return None
    moment: datetime | None = None
    if isinstance(given, int | float) and not isinstance(given, bool):
        try:
            moment = now + timedelta(seconds=given)
        except OverflowError:
            moment = None
    elif isinstance(given, str):
        moment = due.read(f"in {given.strip()}", now) or due.read(given, now)
    elif isinstance(given, datetime):
        moment = given
    if moment is None or moment <= now:
        shown = values.text(given)
        message = f'what is remembered needs a time in the future until which it holds, and "{shown}" is none'
        raise Refused("invalid-expiry", message, 'write "30 days", "2 hours", a date, or a number of seconds')
    return moment


def _name(key: Value) -> str:
    name = values.text(key).strip()
    if not name or len(name) > KEY_LENGTH:
        raise Refused(
            "invalid-key", f"what is remembered needs a name of 1 to {KEY_LENGTH} characters", 'such as "favourite"'
        )
    return name
