"""Files in a folder of this machine."""

import os
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tasktalk.runtime.files import CHUNK_BYTES, DEFAULT_MOST_BYTES, FilesAway, in_thread

INCOMING = "incoming"


class LocalFiles:
    """A folder, which is made when it is first needed. What `put` has stored is on the disk."""

    def __init__(self, folder: Path, most_bytes: int = DEFAULT_MOST_BYTES) -> None:
        self._folder, self._most_bytes = folder, most_bytes

    @property
    def most_bytes(self) -> int:
        return self._most_bytes

    @property
    def incoming(self) -> Path:
        folder = self._folder / INCOMING
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise FilesAway.because(problem) from None
        return folder

    async def put(self, name: str, source: Path) -> None:
        await in_thread(lambda: _move(source, self._folder / name))

    async def read(self, name: str) -> AsyncGenerator[bytes]:
        opened: list[BinaryIO] = []  # whoever is cancelled while it is being opened has to close it, too

        def piece() -> bytes:
            if not opened:
                opened.append((self._folder / name).open("rb"))
            return opened[0].read(CHUNK_BYTES)

        try:
            while found := await in_thread(piece):
                yield found
        finally:
            for file in opened:
                file.close()

    async def remove(self, name: str) -> None:
        await in_thread(lambda: (self._folder / name).unlink(missing_ok=True))

    async def tidy(self, before: datetime) -> None:
        await in_thread(lambda: _tidy(self._folder / INCOMING, before.timestamp()))


def _move(source: Path, target: Path) -> None:
    """Atomically. The names on the way to the file are on the disk, too, when this returns."""
    is_new = not target.parent.is_dir()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source.replace(target)
    _sync(target.parent)
    if is_new:
        _sync(target.parent.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tidy(folder: Path, before: float) -> None:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # it has been received meanwhile
            if path.stat().st_mtime < before:
                path.unlink()
