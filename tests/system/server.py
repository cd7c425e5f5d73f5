"""A `tasktalk serve` of its own for a test: a real process on loopback, which the test may kill."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.patience import PATIENCE


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """Runs `tasktalk serve` on a folder of bots and one database, and starts it again after a kill."""

    def __init__(self, bots: Path, database: Path, *options: str) -> None:
        self.bots, self.database, self.port, self.options = bots, database, free_port(), options
        self.process: asyncio.subprocess.Process | None = None
        self.client: aiohttp.ClientSession | None = None
        self.log = database.with_suffix(".log")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self.client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.client is not None:
            await self.client.close()
        await self.stop(signal.SIGKILL)

    async def start(self) -> None:
        """Starts the process and returns when it answers."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tasktalk.bots.cli", "serve",
                "--bots", str(self.bots), "--db", str(self.database), "--port", str(self.port),
                *self.options,
                stdout=asyncio.subprocess.PIPE, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            if line.startswith(b"Ctrl-C stops it"):  # the last line of what it prints when it serves
                return
        raise AssertionError(f"the server ended with {await self.process.wait()}:\n{self.log.read_text()}")

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """Ends the process by a signal; gives its exit code."""
        if self.process is None:
            return None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.process.wait()

    async def post(self, path: str, body: object, **headers: str) -> tuple[int, Any]:
        """Status and JSON of one POST; ConnectionError when the server went away before the answer."""
        assert self.client is not None
        try:
            async with self.client.post(self.url + path, json=body, headers=headers) as answer:
                return answer.status, await answer.json()
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            raise ConnectionError(str(error)) from error

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and JSON of one GET."""
        assert self.client is not None
        async with self.client.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.json()


@contextlib.asynccontextmanager
async def serving(folder: Path, scripts: dict[str, str]) -> AsyncIterator[Server]:
    """A server for bots written here: `scripts` maps "bot/file.bas" to its source."""
    for name, source in scripts.items():
        path = folder / "bots" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    async with Server(folder / "bots", folder / "talks.db") as server:
        yield server
