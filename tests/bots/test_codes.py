"""The table of codes: it is what the source makes, the manual shows it, and each code has a script that meets it.

How a code of FAILURES is met, its transcript shows (tests/scripts/test_transcripts.py plays it); the others are met by
`check` alone.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tasktalk.bots.api.problems import STATUS_OF_CODE
from tasktalk.bots.assembly import language
from tasktalk.bots.codes import CODES, ELSEWHERE, FAILURES, MISTAKES, WARNINGS
from tasktalk.bots.findings import findings
from tasktalk.interpreter.advice import RULES
from tasktalk.interpreter.source import script_text
from tasktalk.interpreter.tokens import words

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "interpreter" / "LANGUAGE.md"
SCRIPTS = {path.stem: path for path in (ROOT / "tests" / "scripts" / "errors").glob("*.bas")}
KEYWORDS = language()
# what makes a finding or an error, its code first
MAKERS = words(
    "Diagnostic Refused WrongAnswer ScriptError Rule error report problem refuse refusal thrown not_supported _warning"
)
SOURCES = [
    path
    for place in (
        "interpreter",
        "runtime",
        "bots/outside",
        "bots/findings.py",
        "bots/noqa.py",
        "bots/tasks.py",
        "bots/times.py",
    )
    for path in ([ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py")))
]
WITHOUT_A_SCRIPT = {
    "file_too_large": "no text of a script is as large as a file may be: tests/runtime/keywords/test_note_keywords.py",
    "no_file_store": "a transcript has a place for files: tests/runtime/keywords/test_note_keywords.py",
    "memory": "it would take a quarter of a gigabyte: tests/interpreter/test_attacks.py",
    "missing-channel": "a transcript has no tasktalk.toml: tests/bots/cli/test_check.py",
    "missing-clause": "no keyword has a clause that must be given: tests/interpreter/test_pattern.py",
    "not-utf8": "no editor should meet such a file: tests/bots/cli/test_check.py",
    "out-of-time": "it would take half a minute: tests/interpreter/test_limits.py",
    "timeout": "it would take half a minute: tests/runtime/test_timeouts.py",
    "no-connection": "a transcript asks nobody: tests/bots/outside",
    "too-long": "it would be a megabyte: tests/interpreter/test_parser_limits.py",
}


def made_in(path: Path) -> Iterator[str]:
    """The codes that a module makes findings and errors with, also where it chooses between two."""
    tree = ast.parse(path.read_text("utf-8"))
    chosen: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            chosen.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.FunctionDef):
            for parameter, default in zip(reversed(node.args.args), reversed(node.args.defaults), strict=False):
                chosen.setdefault(parameter.arg, []).append(default)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in MAKERS and getattr(getattr(node.func, "value", None), "id", "") != "_log":
            first = node.args[0]
            for value in chosen.get(first.id, []) if isinstance(first, ast.Name) else [first]:
                for part in [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]:
                    if (
                        isinstance(part, ast.Constant)
                        and isinstance(part.value, str)
                        and re.fullmatch(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*", part.value)
                    ):
                        yield part.value


def problems(path: Path) -> Iterator[str]:
    """The codes that a module answers requests with."""
    return (found[1] for found in re.finditer(r'(?:Problem\(|"error": )\s*"([a-z_]+)"', path.read_text("utf-8")))


ANSWERED = {code for path in (ROOT / "bots").rglob("*.py") for code in problems(path)} | STATUS_OF_CODE.keys()
ENDINGS = {"ended-from-outside", "session-expired"}  # of sessions that were ended: their rows have them


@cache
def made() -> dict[str, Path]:
    """A module for each code."""
    return {code: path for path in SOURCES for code in made_in(path)}


def test_the_table_is_what_the_source_makes() -> None:
    # THROW and ASSERT are written out as statements; their codes are made by the compiled script
    assert CODES.keys() - made().keys() <= {"assertion", "error"}
    missing = {code: str(path.relative_to(ROOT)) for code, path in made().items() if code not in {*CODES, *ELSEWHERE}}
    assert missing == {}


def test_the_lists_of_exceptions_are_no_longer_than_they_must_be() -> None:
    assert ELSEWHERE.keys() - made().keys() == (ANSWERED | ENDINGS) - made().keys() - CODES.keys() - {"unknown_form"}
    assert not ELSEWHERE.keys() & CODES.keys()
    assert WITHOUT_A_SCRIPT.keys() <= CODES.keys()


def test_every_code_that_is_answered_has_a_page() -> None:
    assert ANSWERED - {*CODES, *ELSEWHERE} == {"unknown_form"}, "over HTTP, unknown-form is spelled so"


def test_every_code_has_a_script() -> None:
    assert CODES.keys() - SCRIPTS.keys() == WITHOUT_A_SCRIPT.keys()
    assert SCRIPTS.keys() - CODES.keys() == set()


@pytest.mark.parametrize("code", sorted(SCRIPTS))
def test_the_script_meets_its_code(code: str) -> None:
    source, _ = script_text(SCRIPTS[code].read_bytes())
    found = [(d.code, d.severity) for d in findings(source, KEYWORDS)]
    if code in FAILURES:
        assert f"' error: {code}\n" in source
        assert found == []
    else:
        assert found == [(code, "warning" if code in WARNINGS else "error")]


def test_the_manual_has_the_table() -> None:
    chapter = MANUAL.read_text("utf-8").partition("\n## Mistakes\n")[2]
    shown = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", chapter, re.MULTILINE)
    assert shown == [*MISTAKES.items(), *WARNINGS.items(), *FAILURES.items()]


def test_every_code_is_in_one_place() -> None:
    assert len(CODES) == len(WARNINGS) + len(MISTAKES) + len(FAILURES)
    assert {rule.code for rule in RULES} <= WARNINGS.keys()
