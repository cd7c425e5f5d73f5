"""The README's first script does what it says, on both of its ways; its commands are there, and what pages link to."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.crashtest.outcome import CHANNELS, Outcome, compared
from tasktalk.bots.crashtest.plan import Plan
from tasktalk.bots.crashtest.play import Played
from tasktalk.bots.crashtest.report import Report
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "interpreter").glob("*.md"),
    *(ROOT / "bots" / "dialects").rglob("*.md"),
]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOSTING = (ROOT / "docs" / "HOSTING.md").read_text(encoding="utf-8")
ASKED = ["Welcome! What is your name?", "Do you have a laptop, Ana?"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [("yes", []), ("no", ["I passed it on. See you tomorrow!", "I asked for your laptop again."])],
)
def test_the_first_script(tmp_path: Path, answer: str, said: list[str]) -> None:
    found = re.search(r"```basic\n(.*?)```", README, re.DOTALL)
    assert found is not None
    script = tmp_path / "start.bas"
    script.write_text(found[1], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tasktalk.bots.cli", "run", "--fast", str(script)],
        input=f"Ana\n{answer}\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()) == (0, ASKED + said), done.stderr


def test_every_command_is_in_the_table() -> None:
    assert set(re.findall(r"^\| `tasktalk (\w+)", README, re.MULTILINE)) == set(main.list_commands(click.Context(main)))


def test_every_command_of_the_tables_is_there() -> None:
    for name in re.findall(r"^\| `tasktalk (\w+)", README + HOSTING, re.MULTILINE):
        done = CliRunner().invoke(main, [name, "--help"])
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_links_to_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^()\s]+)\)", page.read_text(encoding="utf-8")):
        place, _, heading = target.partition("#")
        if "://" in place:
            continue
        found = (page.parent / place).resolve() if place else page
        assert found.exists(), target
        if heading:
            assert heading in headings(found), target


def headings(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_the_crash_test_prints_what_the_page_shows() -> None:
    shown = HOSTING.partition("$ tasktalk crashtest --conversations 200 --kills 50\n")[2].partition("```")[0]
    nothing: Outcome = {}
    counts = dict.fromkeys(CHANNELS, 0)
    played = Played(nothing, True, 0, 0, counts, counts, 0)
    printed = Report(Plan(200, 50, 1), played, played, compared(nothing, nothing), 0.0).table()
    assert [line[2:26] for line in shown.splitlines() if line.strip()] == [line[:24] for line in printed.splitlines()]
