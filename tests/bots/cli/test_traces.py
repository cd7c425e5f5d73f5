"""`--traces`: what is given comes to a collector; what cannot be is said with the way out; without it nothing loads."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import _traces, main, serve
from tasktalk.bots.hosting import Hosting
from tasktalk.storage.extras import installing
from tests.patience import PATIENCE

NOTHING: dict[str, str | None] = {_traces.ENVIRONMENT: None}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What the servers were told that did not start."""
    told: list[str | None] = []

    def note(*_: object, hosting: Hosting, **others: object) -> None:
        told.append(hosting.traces)

    monkeypatch.setattr(serve, "run", note)
    return told


def test_the_option_or_the_environment_says_where_to(given: list[str | None]) -> None:
    url = "http://localhost:4318"
    for options, environment in (
        ([], NOTHING),
        (["--traces", url], NOTHING),
        ([], {_traces.ENVIRONMENT: url}),
        ([], {_traces.ENVIRONMENT: ""}),
    ):
        done = CliRunner(env=environment).invoke(main, ["serve", *options])
        assert (done.exit_code, done.stderr) == (0, "")
    assert given == [None, url, url, None]


def test_what_is_no_address(given: list[str | None]) -> None:
    done = CliRunner(env=NOTHING).invoke(main, ["serve", "--traces", "localhost:4317"])
    assert done.exit_code == 2
    assert "expected an address such as http://localhost:4318, got 'localhost:4317'" in done.stderr
    assert given == []


@pytest.mark.parametrize("command", [["serve"], ["worker", "--db", "postgresql://localhost/none"]])
def test_without_the_packages_it_says_what_to_type(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    def nothing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(_traces, "find_spec", nothing)
    done = CliRunner(env=NOTHING).invoke(main, [*command, "--traces", "http://localhost:4318"])
    assert done.exit_code == 2
    assert f"type {installing('traces')}; or start without --traces" in done.stderr


def test_without_traces_their_packages_are_not_loaded(tmp_path: Path) -> None:
    """They would make every start slower."""
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from tasktalk.bots.assembly import assembled, language\n"
        "from tasktalk.runtime.bots import Bots\n"
        "from tasktalk.runtime.clock import RealClock\n"
        "async def main():\n"
        "    bots = Bots.load(Path(sys.argv[1]), language())\n"
        "    async with assembled(':memory:', bots, language(), RealClock()):\n"
        "        print(sorted(name for name in sys.modules if name.startswith(('opentelemetry', 'requests'))))\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
