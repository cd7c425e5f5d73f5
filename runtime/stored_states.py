"""States of sessions that are read outside of a turn: to check them, or to hand out what is in them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

from tasktalk.interpreter import state
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.state import StateError, Stored
from tasktalk.runtime.bots import Bots, UnknownProgram
from tasktalk.runtime.plain_values import plain
from tasktalk.storage import programs
from tasktalk.storage.database import Reader

Read: TypeAlias = Callable[[], AbstractAsyncContextManager[Reader]]
_VARIABLE = "v_"  # how the compiler names what the script calls a variable


class StoredStates:
    """Reads states with the sources that the store keeps, each compiled once."""

    def __init__(self, read: Read, keywords: Keywords) -> None:
        self._read, self._bots = read, Bots(keywords)

    async def load(self, data: bytes) -> Stored:
        """Raises StateError or NotRunnable with what is wrong."""
        while True:
            try:
                return state.load(data, self._bots.scripts(""))
            except UnknownProgram as unknown:
                async with self._read() as reader:
                    row = await programs.by_id(reader, unknown.program_id)
                if row is None:
                    raise StateError("the source of its script is not stored") from None
                self._bots.restore(unknown.program_id, row["name"], row["source"])

    async def variables(self, data: bytes) -> Mapping[str, Any]:
        """The variables that a state holds, as JSON can hold them. Raises like `load`."""
        stored = await self.load(data)
        found: dict[str, Any] = {}
        for program, shared in zip(stored.programs, stored.shared, strict=True):
            found |= dict(zip(program.shared, shared, strict=False))
        for number, procedure, point, kept in stored.frames:
            names, _ = stored.programs[number].procedures[procedure].kept.live[point]
            found |= dict(zip(names, kept, strict=False))
        return {name.removeprefix(_VARIABLE): plain(v) for name, v in found.items() if name.startswith(_VARIABLE)}
