"""The tests' own servers: none is left behind by a run that was killed."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.databases import Server
from tests.patience import PATIENCE

USER = """
import sys
from tests.servers import own_server

server = own_server(sys.argv[1])
print(server.pgdata, server.get_uri(), flush=True)
sys.stdin.read()
"""


def using(name: str) -> subprocess.Popen[str]:
    """A process that uses a server, with a group of its own, until it is ended."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def kill(process: subprocess.Popen[str]) -> None:
    """Kills its whole group."""
    with process:
        os.killpg(process.pid, signal.SIGKILL)


def test_a_server_ends_with_the_last_who_uses_it_although_that_is_killed() -> None:
    name = f"killed-{uuid4().hex}"
    first = using(name)
    assert first.stdout is not None
    folder, uri = first.stdout.readline().split()
    second = using(name)
    assert second.stdout is not None
    assert second.stdout.readline().split() == [folder, uri]
    held = os.open(folder, os.O_RDONLY)
    connection = psycopg.connect(uri, autocommit=True)
    kill(first)
    assert connection.execute("SELECT 1").fetchone() == (1,)
    kill(second)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT pg_sleep(%s)", [PATIENCE])
    connection.close()
    fcntl.flock(held, fcntl.LOCK_EX)  # until the folder is let go by what has ended the server
    os.close(held)
    assert not Path(folder).exists()


def test_the_next_test_has_the_same_database_however_its_connections_were_ended() -> None:
    url = Server.database("first")
    Server.remove_all()
    assert Server.database("second") == url
    with psycopg.connect(url, autocommit=True) as left:
        left.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        Server.remove_all()
        assert Server.database("third") == url
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
