"""Server processes of a crash test: started, killed, started again."""

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from tasktalk.bots.crashtest.child import Orders
from tasktalk.bots.crashtest.sink import LOOPBACK

_READY = b"Ctrl-C stops it"  # how the last line begins that a server prints when it serves
_STARTS = 20


class CannotStart(Exception):
    """A server does not come up; the message is what it said last."""


class Server:
    """One process at a time; it is killed on leaving."""

    def __init__(
        self, db: str, configuration: Path, log: Path, seed: str, *, has_jumping_clock: bool, may_fail: bool
    ) -> None:
        """`may_fail` says that a start may fail and is tried again, as supervisors do."""
        self._process: asyncio.subprocess.Process | None = None
        self._log, self._seed, self._starts, self._may_fail = log, seed, 0, may_fail
        self._db, self._configuration, self._has_jumping_clock = db, str(configuration), has_jumping_clock
        self._port = _free_port()
        self.url = f"http://{LOOPBACK}:{self._port}"

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.kill()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    @property
    def pid(self) -> int | None:
        """The running process, if there is one."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Returns when it serves. Raises CannotStart."""
        for _ in range(_STARTS if self._may_fail else 1):
            if await self._start():
                return
        raise CannotStart(_last_line(self._log))

    async def _start(self) -> bool:
        self._starts += 1
        seed = f"{self._seed} {self._starts}"
        orders = Orders(self._db, self._port, self._configuration, seed, self._has_jumping_clock)
        command = [sys.executable, "-m", "tasktalk.bots.crashtest.child", json.dumps(asdict(orders))]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,  # Ctrl-C is for the test, which ends its servers itself
            )
        async for line in cast(asyncio.StreamReader, self._process.stdout):
            if line.startswith(_READY):
                return True
        await self._process.wait()
        return False

    async def arm(self, instant: str, times: int) -> None:
        """Lets the process kill itself when it meets the instant for the so manieth time from now on."""
        if self._process is not None:
            orders = cast(asyncio.StreamWriter, self._process.stdin)
            with suppress(ConnectionError):
                orders.write(f"{instant} {times}\n".encode())
                await orders.drain()

    async def ended(self) -> None:
        """Returns when no process of it is left."""
        if self._process is not None:
            await self._process.wait()

    async def kill(self) -> None:
        """kill -9."""
        await self._signal(signal.SIGKILL)

    async def stop(self) -> None:
        """Lets it finish what it has begun."""
        await self._signal(signal.SIGTERM)

    async def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)
            await self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"
