"""The sources behind sessions: every program that a session may be pinned to is in the store before the session is."""

import asyncio
from collections.abc import Iterable

from tasktalk.interpreter.errors import NotRunnable, ScriptError
from tasktalk.interpreter.program import Program, source_id
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import Clock
from tasktalk.storage import programs
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Duplicate, WriteSet

_FROM_A_BACKUP = "somebody has changed table program: put its rows back from a backup"
_OF_ANOTHER_VERSION = "serve the bots with the version of TaskTalk that began it until such conversations have ended"


class Sources:
    """Keeps the sources of a server's bots, and brings back those whose files have changed since."""

    def __init__(self, database: Database, clock: Clock, bots: Bots) -> None:
        self._database, self._clock, self._bots = database, clock, bots
        self._stored: set[str] = set()
        self._kept = 0
        self._saving = asyncio.Lock()

    async def keep(self) -> None:
        """Stores what is new since the last call: costs nothing when no script was read meanwhile."""
        if self._kept == len(self._bots.compiled):
            return
        async with self._saving:
            compiled = self._bots.compiled[self._kept :]
            await self._save(compiled)
            self._kept += len(compiled)

    def doubt(self) -> None:
        """Looks again, with the next `keep`, whether all is stored: another process may have removed some of it."""
        self._kept = 0
        self._stored.clear()

    async def fetch(self, program_id: str) -> None:
        """Compiles a program that a session is pinned to, from the stored source. Raises ScriptError."""
        async with self._database.read() as reader:
            row = await programs.by_id(reader, program_id)
        if row is None or source_id(row["source"]) != program_id:
            lost = "the script that this conversation began with is not in the database any more"
            raise ScriptError("internal", lost, hint=_FROM_A_BACKUP)
        try:
            self._bots.restore(program_id, row["name"], row["source"])
        except NotRunnable as found:
            reason = found.diagnostics[0].message
            wrong = f"{row['name']}, as it was when this conversation began, cannot be run any more: {reason}"
            raise ScriptError("internal", wrong, hint=_OF_ANOTHER_VERSION) from None

    async def _save(self, found: Iterable[tuple[str, Program]]) -> None:
        new = {program.id: (bot, program) for bot, program in found if program.id not in self._stored}
        if not new:
            return
        async with self._database.read() as reader:
            stored = await programs.stored(reader, new.keys())
        for program_id in new.keys() - stored:
            bot, program = new[program_id]
            writes = WriteSet()
            writes.insert(
                "program",
                {
                    "id": program.id,
                    "bot": bot,
                    "name": program.name,
                    "source": program.source,
                    "created_at": self._clock.now(),
                },
            )
            try:
                await self._database.commit(writes)
            except Duplicate:
                continue
        self._stored |= new.keys()
