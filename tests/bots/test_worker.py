"""`tasktalk worker` as a process: what it says, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Timer

from tests.bots.channels.signed import SECRET
from tests.databases import url_of
from tests.patience import PATIENCE


def test_it_says_what_it_has_and_stops_cleanly(tmp_path: Path) -> None:
    (tmp_path / "bots" / "ask").mkdir(parents=True)
    (tmp_path / "bots" / "ask" / "start.bas").write_text("HEAR x\n", encoding="utf-8")
    options = ["--bots", str(tmp_path / "bots"), "--db", url_of(tmp_path / "talks.db"), "--log", "json"]
    command = [sys.executable, "-m", "tasktalk.bots.cli", "worker", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            said = [process.stdout.readline(), process.stdout.readline()]
            process.terminate()
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert said[0].startswith("A worker for postgresql://")
    assert said[0].endswith(f", with 1 bot from {tmp_path / 'bots'}.\n")
    assert said[1] == "Ctrl-C stops it.\n"
    assert (process.returncode, out) == (0, "")
    assert [json.loads(line)["message"] for line in err.splitlines()][-1] == "Stopping …"


def test_channels_that_change_while_it_runs_change(tmp_path: Path) -> None:
    (tmp_path / "bots" / "ask").mkdir(parents=True)
    (tmp_path / "bots" / "ask" / "start.bas").write_text("HEAR x\n", encoding="utf-8")
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    file = tmp_path / "tasktalk.toml"
    file.write_text(_channel("shop"), encoding="utf-8")
    options = ["--bots", str(tmp_path / "bots"), "--db", url_of(tmp_path / "talks.db"), "--config", str(file)]
    command = [sys.executable, "-m", "tasktalk.bots.cli", "worker", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        try:
            while process.stdout.readline() != "Ctrl-C stops it.\n":
                assert process.poll() is None, process.stderr.read()
            file.write_text(_channel("shop") + _channel("desk"), encoding="utf-8")
            too_long = Timer(PATIENCE, process.kill)
            too_long.start()
            told = next((line for line in process.stderr if "was read again" in line), "")
            too_long.cancel()
            process.terminate()
            process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert told.endswith(f"{file} was read again: 2 channels\n")
    assert process.returncode == 0


def _channel(name: str) -> str:
    settings = 'kind = "signed"\nbot = "ask"\nsecret = { file = "secret" }\nsend_to = "https://example.com/in"\n'
    return f"[channels.{name}]\n{settings}"
