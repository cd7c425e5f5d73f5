"""Advice on scripts that run: what each rule finds, and what it must be quiet about (advice.txt)."""

import re
from pathlib import Path

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.examples import Example, examples_under
from tasktalk.bots.findings import findings
from tasktalk.interpreter.advice import RULES
from tasktalk.interpreter.program import check, compile_script

ROOT = Path(__file__).parents[2]
TEXT = Path(__file__).with_name("advice.txt").read_text("utf-8").partition("\n")[2]
CASES = [tuple(entry.split("\n", 1)) for entry in TEXT.split("---\n")]
FOUND = [case for case in CASES if not case[0].startswith("quiet: ")]
QUIET = [case for case in CASES if case[0].startswith("quiet: ")]
PLACES = ["tests/scripts", "scripts", "interpreter/LANGUAGE.md", "interpreter/library", "runtime/keywords", "README.md"]
EXAMPLES = [e for e in examples_under([ROOT / place for place in PLACES]) if e.path.parent.name != "errors"]
KEYWORDS = language()


@pytest.mark.parametrize(("expected", "source"), FOUND, ids=[head for head, _ in FOUND])
def test_found(expected: str, source: str) -> None:
    code, line, column, message, hint = re.fullmatch(r"(\S+) (\d+):(\d+): ([^|]*?)(?: \| (.*))?", expected).groups()  # type: ignore[union-attr]
    found = check(source, KEYWORDS)
    shown = "\n".join(d.render("t.bas", source) for d in found)
    assert [(d.code, *d.span[:2], d.severity) for d in found] == [(code, int(line), int(column), "warning")], shown
    assert message in found[0].message
    assert (hint or "") in (found[0].hint or ""), shown


@pytest.mark.parametrize(("reason", "source"), QUIET, ids=[head for head, _ in QUIET])
def test_quiet(reason: str, source: str) -> None:
    assert [d.render("t.bas", source) for d in check(source, KEYWORDS)] == [], reason


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.path.relative_to(ROOT)}:{e.line}")
def test_nothing_to_say_of_what_we_wrote(example: Example) -> None:
    found = findings(example.source, KEYWORDS)
    shown = [d.render(example.name, example.source) for d in found if d.code in {rule.code for rule in RULES}]
    assert shown == []


def test_every_rule_is_shown_at_work() -> None:
    assert {case[0].split()[0] for case in FOUND} == {rule.code for rule in RULES}


def test_no_advice_behind_an_error() -> None:
    assert [d.code for d in check("END\nTALK nothing_like_it\n", KEYWORDS)] == ["unknown-name"]


def test_advice_keeps_nothing_from_running() -> None:
    assert compile_script('END\nTALK "x"\n', KEYWORDS).diagnostics == []
