"""`tasktalk worker` as a process: what it says, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

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
