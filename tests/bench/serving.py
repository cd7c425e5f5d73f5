"""Servers of benchmarks, each a process of its own: `tasktalk serve`, the bare echo, the ORM's."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

from tests.bench.standing import ADDRESS, READY

_TICKS = os.sysconf("SC_CLK_TCK")


class Serving:
    """One server, with what it starts; all is killed on leaving."""

    def __init__(self, name: str, command: Sequence[str], log: Path, python: str = sys.executable) -> None:
        """Returns when the server says that it serves; raises RuntimeError when it ends before that."""
        self.name, self.url = name, ""
        began = perf_counter()
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [python, "-m", *command],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        try:
            if not self._serves():
                raise RuntimeError(f"{name} does not start: {log.read_text('utf-8').strip()[-2000:]}")
        except BaseException:
            self.kill()
            raise
        self.start_seconds = perf_counter() - began

    def _serves(self) -> bool:
        """Whether it says so before it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(ADDRESS):
                self.url = line.removeprefix(ADDRESS).partition("/webhook/")[0]
            if line.startswith(READY):
                return True
        return False

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        return host, int(port)

    @property
    def cpu_seconds(self) -> float:
        """Of the processor, up to now, with what it started."""
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = path.read_text("utf-8").rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12]) if int(fields[2]) == self._process.pid else 0
        return ticks / _TICKS

    @property
    def memory_mib(self) -> float:
        """VmRSS."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def stop(self) -> None:
        """As Ctrl-C does."""
        self._process.terminate()
        self._process.wait()

    def kill(self) -> None:
        """kill -9."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()


def tasktalk(db: str, bots: Path, log: Path, name: str = "tasktalk serve") -> Serving:
    """The real server, on a free port."""
    return Serving(name, ["tasktalk.bots.cli", "serve", "--bots", str(bots), "--db", db, "--port", "0"], log)


def echo(log: Path) -> Serving:
    """The bare server."""
    return Serving("bare echo", ["tests.bench.echo"], log)


def orm(db: str, log: Path, *, has_timer: bool) -> Serving:
    """The rival."""
    return Serving("ORM session a turn", ["tests.bench.orm", db, "timer" if has_timer else "none"], log)
