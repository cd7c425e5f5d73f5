"""`tasktalk simulate`: the calendar as text, as lines for programs and as a page, and what it says of bad words."""

import asyncio
import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.cli import simulate as module

HOURLY = 'SET SCHEDULE "every 6 hours"\nTALK "<b>Hello</b> & co"\n'


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    for bot, script in (("reports", HOURLY), ("desk", 'SET SCHEDULE "0 9 * * *"\nTALK "open"\n')):
        (tmp_path / "bots" / bot).mkdir(parents=True)
        (tmp_path / "bots" / bot / "start.bas").write_text(script, encoding="utf-8")
    return tmp_path / "bots"


def simulate(bots: Path, *arguments: object) -> tuple[int, str, str]:
    given = ["simulate", *map(str, arguments), "--bots", str(bots)]
    result = CliRunner().invoke(main, given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_days_that_are_alike_are_told_once(bots: Path) -> None:
    code, out, err = simulate(bots, "reports", "--from", "2026-03-01", "--days", 4)
    assert code == 0
    assert out.splitlines() == [
        "reports: 2026-03-01 00:00 to 2026-03-05 00:00, times in UTC. Nothing was sent: this is what would happen.",
        "",
        "Sun 1 March 2026",
        "  06:00 to 18:00  3 times  run      reports start.bas           completed",
        '  06:00 to 18:00  3 times  message  reports schedule start.bas  "<b>Hello</b> & co"',
        "",
        "Mon 2 March 2026 to Tue 3 March 2026, each day the same",
        "  00:00 to 18:00  4 times  run      reports start.bas           completed",
        '  00:00 to 18:00  4 times  message  reports schedule start.bas  "<b>Hello</b> & co"',
        "",
        "Wed 4 March 2026",
        "  00:00 to 24:00  5 times  run      reports start.bas           completed",
        '  00:00 to 24:00  5 times  message  reports schedule start.bas  "<b>Hello</b> & co"',
        "",
        "In all: 16 runs, 16 messages.",
    ]
    assert re.search(r"^4 days in \d+\.\d s\.$", err, re.MULTILINE)


def test_times_that_are_skipped_for_the_run_before_are_one_line_of_a_day(bots: Path) -> None:
    script = 'SET SCHEDULE "every 6 hours" OVERLAP skip\nWAIT 25200\n'
    (bots / "reports" / "start.bas").write_text(script, encoding="utf-8")
    out = simulate(bots, "reports", "--from", "2026-03-01", "--days", 3)[1]
    assert [line for line in out.splitlines() if "skipped" in line] == [
        "  12:00                    skipped  reports start.bas  skipped: the run before was not over",
        "  00:00 to 12:00  2 times  skipped  reports start.bas  skipped: the run before was not over",
        "  00:00 to 24:00  3 times  skipped  reports start.bas  skipped: the run before was not over",
        "In all: 6 runs, 6 skipped runs, 6 waits.",
    ]


def test_what_is_of_the_very_end_is_of_the_last_day(bots: Path) -> None:
    (bots / "reports" / "start.bas").write_text('SET SCHEDULE "0 0 * * *"\n', encoding="utf-8")
    out = simulate(bots, "reports", "--from", "2026-03-01", "--days", 1)[1]
    assert out.splitlines()[2:4] == ["Sun 1 March 2026", "  24:00  run  reports start.bas  completed"]


def test_for_programs_each_entry_is_a_line_and_the_last_one_sums_up(bots: Path) -> None:
    code, out, _ = simulate(bots, "all", "--from", "2026-03-01", "--days", 1, "--down", "05:00-07:00", "--json")
    *entries, summary = map(json.loads, out.splitlines())
    assert code == 0
    assert entries[0] == {
        "at": "2026-03-01T05:00:00+00:00",
        "kind": "down",
        "subject": "the server",
        "text": "is down until",
        "until": "2026-03-01T07:00:00+00:00",
    }
    assert {entry.get("bot") for entry in entries} == {None, "reports", "desk"}
    late = next(entry for entry in entries if entry["kind"] == "run")
    assert (late["at"], late["planned_at"], late["text"]) == (
        "2026-03-01T07:00:00+00:00",
        "2026-03-01T06:00:00+00:00",
        "completed, planned for 06:00",
    )
    assert summary == {
        "kind": "summary",
        "bot": "all",
        "from": "2026-03-01T00:00:00+00:00",
        "to": "2026-03-02T00:00:00+00:00",
        "is_whole": True,
        "counts": {"run": 5, "message": 5, "down": 1},
        "missed": 0,
    }


def page_of(bots: Path, target: Path) -> str:
    simulate(bots, "all", "--from", "2026-03-01", "--days", 40, "--html", target)
    return target.read_text("utf-8")


def test_the_page_needs_nothing_and_forbids_everything(bots: Path, tmp_path: Path) -> None:
    page = page_of(bots, tmp_path / "out.html")
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in page
    assert "<script" not in page
    assert " style=" not in page
    assert re.findall(r'(?:src|href)="(?!#d\d{8}")', page) == []
    assert "&lt;b&gt;Hello&lt;/b&gt; &amp; co" in page
    assert set(re.findall(r'href="#(d\d{8})"', page)) == set(re.findall(r'<section id="(d\d{8})"', page))
    assert re.findall(r"<caption>(.*?)</caption>", page) == ["March 2026", "April 2026"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["reprots"], 1, "there is no bot 'reprots' in .*; did you mean reports?"),
        (["xyzzy"], 1, "there is no bot 'xyzzy' in .*; there are desk, reports"),
        (["all", "--from", "2026-02-30"], 2, "expected a day that there is, such as 2026-03-01, got '2026-02-30'"),
        (["all", "--from", "soon"], 2, "expected a day that there is, such as 2026-03-01, got 'soon'"),
        (["all", "--from", "9999-12-30"], 2, "expected a day of the years 1971 to 9000"),
        (["all", "--days", "0"], 2, "0 is not in the range 1<=x<=366"),
        (["all", "--days", "367"], 2, "367 is not in the range 1<=x<=366"),
        (["all", "--down", "2-5"], 2, "expected two times of day such as 02:00-05:00, got '2-5'"),
        (["all", "--db", "none.db"], 1, "there is no database .*none.db"),
        (["all", "--html", "none/out.html"], 1, "cannot write none/out.html: there is no folder none"),
    ],
)
def test_a_slip_is_told_in_a_sentence(
    bots: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found, out, err = simulate(bots, *arguments)
    assert (found, out) == (code, "")
    assert re.search(said, " ".join(err.split())), err


def test_a_folder_without_bots_says_what_a_bot_is(tmp_path: Path) -> None:
    assert simulate(tmp_path, "all")[2].startswith(f"Error: there is no bot in {tmp_path}: a bot is a folder with a")


def test_scripts_that_fail_or_have_mistakes_end_it_with_one(bots: Path) -> None:
    path = bots / "desk" / "start.bas"
    path.write_text('SET SCHEDULE "0 9 * * *"\nx = 1 / 0\n', encoding="utf-8")
    code, out, _ = simulate(bots, "desk", "--from", "2026-03-01", "--days", 1)
    assert code == 1
    assert out.splitlines()[-1] == "In all: 1 failed run."
    path.write_text("IF\n", encoding="utf-8")
    code, out, err = simulate(bots, "desk", "--from", "2026-03-01", "--days", 1)
    assert code == 1
    assert out.splitlines()[-1] == "Nothing would happen."
    assert "desk/start.bas:1:" in err


def test_once_it_is_interrupted_it_shows_what_it_has(bots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = asyncio.Event()
    stopped.set()
    monkeypatch.setattr(module, "stop_signal", lambda: stopped)
    code, out, err = simulate(bots, "reports", "--from", "2026-03-01")
    assert code == 130
    assert re.search(r"^Ended after \d+\.\d s\.$", err, re.MULTILINE)
    assert out.splitlines()[-2:] == [
        "Nothing would happen.",
        "It was ended at 2026-03-01 00:00: the rest is not known.",
    ]
