"""`tasktalk crashtest`: real servers are killed; what is planted in them is found; what cannot be is said."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.storage.extras import installing
from tests.databases import IS_POSTGRESQL, Server
from tests.patience import PATIENCE

COMMAND = [sys.executable, "-m", "tasktalk.bots.cli", "crashtest"]


def database() -> list[str]:
    return ["--db", Server.uri()] if IS_POSTGRESQL else []


def crashtest(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "--json", *database(), *options],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "TMPDIR": str(folder), **environment},
    )


def test_nobody_can_tell_that_servers_were_killed(tmp_path: Path) -> None:
    done = crashtest(tmp_path, "--conversations", "12", "--kills", "6", "--seed", "7")
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads(done.stdout)
    assert {name: figures[name] for name in ("conversations", "messages", "deliveries", "tasks", "kills")} == {
        "conversations": 12,
        "messages": 12 * 36,
        "deliveries": 3 * 8 + 9 * 28,
        "tasks": 12 * 9,
        "kills": 6,
    }
    assert (figures["lost"], figures["repeated"], figures["transcripts_that_differ"]) == (0, 0, 0)
    assert figures["kills_at_instants"] > 0
    deliveries = {"push": 3 * 8 + 3 * 28, "discord": 3 * 28, "telegram": 3 * 28}
    for channel, of in figures["channels"].items():
        assert (of["deliveries"], of["lost"], of["repeated"]) == (deliveries.pop(channel), 0, 0)
        # At each kill one message in each talk of a provider that has no id to know it by.
        assert 0 <= of["came_twice"] <= (3 * 6 if channel == "telegram" else 0)
    assert deliveries == {}
    assert list(tmp_path.iterdir()) == []


def test_a_machines_log_has_a_line_for_each_tenth(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, *database(), "--conversations", "4", "--kills", "1"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0
    steps = [f"{number} of 40 steps" for number in range(4, 41, 4)]
    assert done.stderr.splitlines() == [f"{what}: {each}" for what in ("undisturbed", "with kills") for each in steps]


def test_a_write_outside_of_the_transaction_is_found(tmp_path: Path) -> None:
    done = crashtest(tmp_path, "--conversations", "6", "--kills", "6", TASKTALK_CRASHTEST_PLANT="1")
    figures = json.loads(done.stdout)
    assert done.returncode == 1
    assert figures["repeated"] > 0
    assert figures["transcripts_that_differ"] > 0
    [kept] = tmp_path.glob("tasktalk-crashtest-*")
    assert done.stderr == f"The servers' logs and files are kept in {kept}\n"
    assert (kept / "stormy" / "server-1.log").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_ctrl_c_ends_it_and_its_servers(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = pexpect.spawn(
        COMMAND[0], [*COMMAND[1:], *database()], env=environment, timeout=PATIENCE, encoding="utf-8"
    )
    command.expect("undisturbed: [0-9]+ of 2,000 steps")
    servers = Path(f"/proc/{command.pid}/task/{command.pid}/children").read_text(encoding="utf-8").split()
    assert len(servers) == 1
    command.sendintr()
    command.expect("Aborted!")
    command.expect(pexpect.EOF)
    command.close()
    assert command.exitstatus == 1
    assert not Path(f"/proc/{servers[0]}").exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--processes", "2"], "one SQLite file has one process: to share a database, give --db postgresql://…"),
        (["--db", "talks.db"], "--db takes postgresql://…; without it, crashtest makes a SQLite file of its own"),
        (
            ["--db", "postgresql:///talks", "--fault", "locked"],
            "--fault locked is for a SQLite file: leave out --db",
        ),
        (["--fault", "locked", "--fault", "disk-full"], "one --fault at a time: run it once for each of them"),
    ],
)
def test_what_does_not_go_together(options: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["crashtest", *options])
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, f"Error: {said}")


def test_the_library_that_it_takes_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasktalk.bots.cli.crashtest.find_spec", lambda name: None)
    done = CliRunner().invoke(main, ["crashtest"])
    said = f"crashtest signs as Discord does, which needs a library: type {installing('channels')}"
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, f"Error: {said}")
