"""What `serve` and `worker` are told of how conversations go comes to the engine."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main, serve, worker
from tasktalk.bots.cli._config import Configured
from tasktalk.bots.hosting import Hosting
from tasktalk.runtime.conduct import Conduct


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[Conduct]:
    """What the servers were told that did not start."""
    told: list[Conduct] = []

    def note(*_: Any, hosting: Hosting, **others: Any) -> None:
        told.append(hosting.conduct)

    async def note_of_worker(_: Path, __: str, hosting: Hosting, ___: Configured) -> None:
        await asyncio.sleep(0)
        told.append(hosting.conduct)

    monkeypatch.setattr(serve, "run", note)
    monkeypatch.setattr(worker, "_work", note_of_worker)
    return told


@pytest.mark.parametrize("command", [["serve"], ["worker", "--db", "postgresql://localhost/none"]])
def test_what_is_given_comes_to_the_engine(command: list[str], given: list[Conduct]) -> None:
    for options in ([], ["--session-hours", "72"], ["--gather", "3"]):
        assert CliRunner().invoke(main, [*command, *options]).exit_code == 0
    assert given == [
        Conduct(),
        Conduct(session_expires_after=timedelta(days=3)),
        Conduct(gathers_for=timedelta(seconds=3)),
    ]


@pytest.mark.parametrize("hours", ["0", "-1", "soon", "1.5", "1000000"])
def test_what_is_no_such_time(hours: str, given: list[Conduct]) -> None:
    for option in ("--session-hours", "--gather"):
        assert CliRunner().invoke(main, ["serve", option, hours]).exit_code == 2
    assert given == []
