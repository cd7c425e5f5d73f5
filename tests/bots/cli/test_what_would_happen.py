"""The manuals' pages on `simulate` and `why`: what they show is what is printed."""

import asyncio
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.runtime.clock import VirtualClock
from tests.stage import Stage

ROOT = Path(__file__).parents[3]
PAGES = {"docs/HOSTING.md": "## See what would happen", "interpreter/LANGUAGE.md": "### SET SCHEDULE"}
FRIDAY = datetime(2026, 3, 27, tzinfo=UTC)


def section(page: str) -> str:
    text = (ROOT / page).read_text("utf-8")
    begin = text.index(f"{PAGES[page]}\n")
    level = PAGES[page].partition(" ")[0]
    return text[begin : text.index(f"\n{level} ", begin + 1)]


def shown(page: str) -> list[tuple[list[str], str, str]]:
    """The commands on a page, each with the script that stands before it and with what it prints."""
    found, script = [], ""
    for kind, block in re.findall(r"^```(basic|console)\n(.*?)^```$", section(page), re.MULTILINE | re.DOTALL):
        if kind == "basic":
            script = block
        else:
            command, _, output = block.partition("\n")
            found.append((shlex.split(command.removeprefix("$ ")), script, output))
    return found


def lived(folder: Path, script: str) -> None:
    """Leaves the database of a server that has run the bot `reports` from Friday to Monday."""

    async def live() -> None:
        stage = Stage(folder, VirtualClock(FRIDAY))
        stage.write(script, bot="reports")
        await stage.open(folder / "tasktalk.db")
        await stage.pass_time(timedelta(days=3))
        await stage.close()

    asyncio.run(live())


@pytest.mark.parametrize("page", PAGES)
def test_what_it_shows_is_printed(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = shown(page)
    assert commands
    for command, script, output in commands:
        bot = tmp_path / "mybots" / "reports"
        bot.mkdir(parents=True, exist_ok=True)
        (bot / "start.bas").write_text(script, encoding="utf-8")
        if command[1] == "why" and not (tmp_path / "tasktalk.db").exists():
            lived(tmp_path, script)
        printed = CliRunner().invoke(main, command[1:])
        assert printed.exit_code == 0, printed.output
        assert printed.stdout == output
