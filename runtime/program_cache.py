"""Compiled scripts on disk, so that a server with many bots starts in no time. Losing it costs that time, nothing else.

What lies there is run without further ado, so it lies only where nobody but this user can write: a folder of the
user's own with the rights 0700, below folders that nobody else can change; owners and rights are those of the open
files, so nothing can be put in their place meanwhile. Anywhere else there is no cache. It is never in a bots' folder:
whoever may write scripts is not to write Python.
"""

import logging
import os
import secrets
import stat
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tasktalk.interpreter import image
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.limits import DEFAULT, Limits
from tasktalk.interpreter.program import Program, compile_script

MOST_BYTES = 64 * 1024 * 1024
MOST_BYTES_OF_ONE = 4 * 1024 * 1024
MOST_SECONDS = 30 * 24 * 3600
"""What was not used for so long is removed; a use counts once a day."""

_DAY = 24 * 3600
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)

_log = logging.getLogger("tasktalk.cache")


def users_folder() -> Path | None:
    """Where this user's programs keep what they can make again; None on systems without such a place."""
    if os.name != "posix":
        return None
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "tasktalk"
    except RuntimeError:  # a user without a home
        return None


class ProgramCache:
    """Compiled scripts in one folder, a file each, named by all that they depend on. Without a folder it keeps none.

    No fault of the folder's is an error: what cannot be read is compiled, what cannot be written is left out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder is not None and _is_safe(folder) else None
        self._is_pruned = False

    def program(
        self, source: str, keywords: Keywords, name: str, predefined: Collection[str], limits: Limits = DEFAULT
    ) -> Program:
        """The script compiled, now or earlier; NotRunnable when it has errors."""
        if self._folder is None:
            return compile_script(source, keywords, name, predefined, limits=limits)
        key = image.key(source, keywords, name, predefined, limits)
        data = self._read(key)
        found = image.load(data, key, source, keywords, name, predefined, limits) if data else None
        if found is None:
            found = compile_script(source, keywords, name, predefined, limits=limits)
            self._write(key, found)
        return found

    def _read(self, key: str) -> bytes | None:
        try:
            with self._opened() as folder:
                file = os.open(key, _READ_FLAGS, dir_fd=folder)
                try:
                    status = os.fstat(file)
                    if not stat.S_ISREG(status.st_mode) or not _is_ours(status) or status.st_size > MOST_BYTES_OF_ONE:
                        return None
                    if status.st_mtime < time.time() - _DAY:
                        os.utime(file)
                    return os.read(file, status.st_size)
                finally:
                    os.close(file)
        except OSError:
            return None

    def _write(self, key: str, program: Program) -> None:
        try:
            data = image.dump(program, key)
        except ValueError:  # a constant that marshal does not take
            return
        if len(data) > MOST_BYTES_OF_ONE:
            return
        try:
            with self._opened() as folder:
                _replace(folder, key, data)
                if not self._is_pruned:
                    self._is_pruned = True
                    _prune(folder)
        except OSError as error:
            _log.debug("a compiled script cannot be kept: %s", error)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder, which is ours alone; OSError otherwise."""
        if self._folder is None:
            raise FileNotFoundError
        folder = os.open(self._folder, _FOLDER_FLAGS)
        try:
            if not _is_ours(os.fstat(folder)):
                raise PermissionError(f"{self._folder} is not ours alone")
            yield folder
        finally:
            os.close(folder)


def _is_ours(status: os.stat_result) -> bool:
    """This user has it, and nobody else can write it."""
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _is_safe(folder: Path) -> bool:
    """Makes the folder if need be; whether it, and the way to it, are out of other users' hands."""
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if not _is_ours(folder.lstat()) or not stat.S_ISDIR(folder.lstat().st_mode):
            raise PermissionError(f"{folder} is not this user's alone")
        for above in folder.resolve().parents:
            status = above.stat()
            others_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not status.st_mode & stat.S_ISVTX
            if status.st_uid not in (0, os.geteuid()) or others_write:
                raise PermissionError(f"{above} can be changed by other users")
    except OSError as error:
        _log.info("compiled scripts are not kept: %s", error)
        return False
    return True


def _replace(folder: int, name: str, data: bytes) -> None:
    """The whole file or none of it, however many processes write it at once."""
    beside = f".{name}.{secrets.token_hex(8)}"
    file = os.open(beside, _WRITE_FLAGS, 0o600, dir_fd=folder)
    try:
        try:
            written = os.write(file, data)
        finally:
            os.close(file)
        if written != len(data):
            raise OSError("the disk is full")
        os.replace(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside, dir_fd=folder)
        raise


def _prune(folder: int) -> None:
    """Removes what was not used for long or is half written since a crash, and the oldest while there is too much."""
    now, total = time.time(), 0
    with os.scandir(folder) as entries:
        files = sorted(((e.stat(follow_symlinks=False), e.name) for e in entries), key=lambda f: -f[0].st_mtime)
    for status, name in files:
        total += status.st_size
        age = now - status.st_mtime
        if total > MOST_BYTES or age > (_DAY if name.startswith(".") else MOST_SECONDS):
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
