"""What goes wrong besides kills and is done to the servers from outside."""

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from tasktalk.bots.crashtest.plan import Plan
from tasktalk.bots.crashtest.progress import Progress
from tasktalk.bots.crashtest.servers import Server

_LOCKED_SECONDS = 10.0
_FULL_SECONDS = 3.0
_EVERY_SECONDS = 0.02


async def befall(plan: Plan, progress: Progress, servers: Sequence[Server], file: Path) -> None:
    """Waits for the middle of the talks, and does there to the database's file what the plan has."""
    if plan.fault == "locked":
        await progress.reach(progress.total // 2)
        await _lock(file)
    elif plan.fault == "disk-full":
        await progress.reach(progress.total // 2)
        await _fill(servers, file)


async def _lock(file: Path) -> None:
    with closing(sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
        await asyncio.sleep(_LOCKED_SECONDS)


async def _fill(servers: Sequence[Server], file: Path) -> None:
    """The write-ahead log cannot grow, which is to SQLite what a full disk is; then the disk has room again."""
    largest = max(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))
    loop = asyncio.get_running_loop()
    ends = loop.time() + _FULL_SECONDS
    try:
        while loop.time() < ends:
            _limit(servers, largest)  # again and again: one that is started meanwhile has no limit
            await asyncio.sleep(_EVERY_SECONDS)
    finally:
        _limit(servers, -1)


def _limit(servers: Sequence[Server], size: int) -> None:
    """How large a file the servers may make; -1 for as large as they like."""
    if sys.platform != "linux":  # pragma: no cover - the command refuses it elsewhere
        raise NotImplementedError
    import resource

    for server in servers:
        if server.pid is not None:
            with suppress(ProcessLookupError):
                _, most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
                resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, most))
