"""Keys to sign with, made once: every process that shares the database has the same, and so has each later start."""

import secrets
from typing import Final

from tasktalk.runtime.clock import Clock
from tasktalk.storage import signing_keys
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, WriteSet

KEY_BYTES: Final = 32


class SigningKey:
    """The key of one name."""

    def __init__(self, database: Database, clock: Clock, name: str) -> None:
        self._database, self._clock, self._name = database, clock, name
        self._key: bytes | None = None

    async def get(self) -> bytes:
        """The key, which is made where there is none."""
        while self._key is None:
            async with self._database.read() as reader:
                found = await signing_keys.key(reader, self._name)
            if found is not None:
                self._key = bytes.fromhex(found)
                break
            writes = WriteSet()
            made = {"name": self._name, "key": secrets.token_hex(KEY_BYTES), "created_at": self._clock.now()}
            writes.insert("signing_key", made)
            try:
                await self._database.commit(writes)
            except Conflict:
                continue  # another process has just made it
        return self._key
