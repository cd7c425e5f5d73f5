"""The bytes of attachments, which are kept outside of the database.

A name is given once and never again: so what removes a file cannot meet one who has just stored the same bytes.
"""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, Self, TypeVar

from tasktalk.interpreter.errors import Refused
from tasktalk.storage.finishing import to_the_end

T = TypeVar("T")

DEFAULT_MOST_BYTES = 25 * 1024 * 1024
CHUNK_BYTES = 64 * 1024


class FilesAway(Exception):
    """Files cannot be stored or read at this moment; the message says why, for the log."""

    @classmethod
    def because(cls, problem: OSError) -> Self:
        """What the system says of a file or a folder, in words."""
        of_what = f" {problem.filename}" if problem.filename else ""
        return cls(f"cannot use the files{of_what}: {problem.strerror or problem}")


class FileStore(Protocol):
    """A place for files. Its methods raise FilesAway."""

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        ...

    @property
    def incoming(self) -> Path:
        """A folder for what is being received; it is there."""
        ...

    async def put(self, name: str, source: Path) -> None:
        """Stores the file at `source` for good under a name that is new; the source may be gone then."""
        ...

    def read(self, name: str) -> AsyncGenerator[bytes]:
        """The bytes that were stored, piece by piece."""
        ...

    async def remove(self, name: str) -> None:
        """Removes what is stored under a name; nothing there is fine."""
        ...

    async def tidy(self, before: datetime) -> None:
        """Removes what has been in `incoming` since then: whoever received it was killed."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has been received whole, and is on disk."""

    path: Path
    digest: str
    size_bytes: int


def name_of(digest: str, file_id: str) -> str:
    """Under which name the store has a file: by its digest people can find it and see whether it is as it was."""
    return f"{digest[:2]}/{digest}-{file_id}"


@asynccontextmanager
async def received(store: FileStore, chunks: AsyncIterator[bytes]) -> AsyncIterator[Received]:
    """Takes in what comes, which is gone afterwards unless it was stored. Refuses `file_too_large`; raises FilesAway,
    and what `chunks` raises."""
    made: list[tuple[int, str]] = []  # by a thread: whoever is cancelled meanwhile has to remove it, too
    digest, size = hashlib.sha256(), 0
    try:
        try:
            await in_thread(lambda: made.append(tempfile.mkstemp(dir=store.incoming)))
            [(descriptor, name)] = made
            async for chunk in chunks:
                size += len(chunk)
                if size > store.most_bytes:
                    raise Refused("file_too_large", f"A file can have {store.most_bytes:,} bytes at most")
                digest.update(chunk)
                await in_thread(partial(_write_all, descriptor, chunk))
            await in_thread(lambda: os.fsync(descriptor))
        finally:
            for descriptor, _ in made:
                os.close(descriptor)
        yield Received(Path(name), digest.hexdigest(), size)
    finally:
        for _, name in made:
            with suppress(FilesAway):
                await in_thread(partial(Path(name).unlink, missing_ok=True))


async def in_thread(do: Callable[[], T]) -> T:
    """Does something with files where it keeps nobody waiting; whoever is cancelled waits for its end, so that nothing
    is closed that is still being used. Raises FilesAway."""
    try:
        return await to_the_end(asyncio.to_thread(do))
    except OSError as problem:
        raise FilesAway.because(problem) from None


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
