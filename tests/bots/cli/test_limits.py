"""`--limit` and TASKTALK_LIMITS: how much scripts may use, for whoever hosts them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.cli._limits import LIMITS
from tasktalk.interpreter.limits import BOUNDS
from tests.patience import PATIENCE

LOOP = "FOR i = 1 TO 100\n  TALK i\nNEXT\n"


def invoked(*arguments: object, environment: str | None = None) -> tuple[int, str, str]:
    result = CliRunner(env={"TASKTALK_LIMITS": environment}).invoke(main, [*map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "start.bas"
    path.write_text(LOOP, encoding="utf-8")
    return path


def run(script: Path, *options: str, environment: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tasktalk.bots.cli", "run", str(script), *options],
        env={**os.environ, "TASKTALK_LIMITS": environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_script_keeps_to_the_limit(script: Path) -> None:
    code, err = run(script, "--limit", "messages=99")
    assert code == 1
    assert "start.bas:2:3: error: a script can say 99 messages before it waits" in err
    assert run(script, "--limit", "messages=100") == (0, "")


def test_the_environment_has_defaults(script: Path) -> None:
    assert run(script, environment="text=2MiB, messages=99")[0] == 1
    assert run(script, "--limit", "messages=100", environment="messages=99,text=2MiB") == (0, "")


def test_the_limits_of_a_source(script: Path) -> None:
    script.write_text("IF 1 THEN\n" * 6 + "END IF\n" * 6, encoding="utf-8")
    assert invoked("check", script)[0] == 0
    code, out, _ = invoked("check", "--limit", "nesting=5", script)
    assert code == 1
    assert "blocks are nested more than 5 deep" in out


def test_transcripts_keep_to_them(script: Path) -> None:
    script.write_text("TALK 1\nTALK 2\n' bot: 1\n' bot: 2\n", encoding="utf-8")
    assert invoked("test", script)[0] == 0
    code, out, _ = invoked("test", "--limit", "messages=1", script)
    assert code == 1
    assert "too-many-messages" in out


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("statments=5", "there is no limit 'statments'; did you mean statements?"),
        ("xyz=5", f"there is no limit 'xyz'; there are {', '.join(BOUNDS)}"),
        ("text", "expected NAME=VALUE, such as statements=20000000, got 'text'"),
        ("text=many", "expected text to be a whole number, or a size such as 2MiB, got 'many'"),
        ("state=-1", "expected state to be a size such as 2MiB, got '-1'"),
        ("seconds=1MiB", "expected seconds to be a time such as 60s, got '1MiB'"),
        ("depth=1.5", "expected depth to be a whole number, got '1.5'"),
        ("depth=5000", "expected depth to be 20 to 2,000, got 5,000"),
    ],
)
def test_what_is_wrong_with_a_setting(script: Path, setting: str, message: str) -> None:
    code, _, err = invoked("run", "--limit", setting, script)
    assert code == 2
    assert err.endswith(f"Error: Invalid value for '--limit': {message}\n")
    code, _, err = invoked("run", script, environment=f"messages=7,{setting}")
    assert code == 2
    assert err.endswith(f"Error: TASKTALK_LIMITS: {message}\n")


def test_how_values_are_written() -> None:
    settings = ["text=2MiB", "seconds=1.5m", "STATE = 512 KiB", "statements=20_000_000", "memory=1GB", "script=900000"]
    assert LIMITS.read(settings) == {
        "text": 2 << 20,
        "seconds": 90.0,
        "state": 512 << 10,
        "statements": 20_000_000,
        "memory": 1 << 30,
        "script": 900_000,
    }
