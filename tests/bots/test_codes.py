"""The table of codes: it is what the source makes, the manual shows it, and each code has a script that meets it.

How a code of FAILURES is met, its transcript shows (tests/scripts/test_transcripts.py plays it); the others are met by
`check` alone.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.codes import CODES, FAILURES, MISTAKES, WARNINGS
from tasktalk.bots.findings import findings
from tasktalk.interpreter.advice import RULES
from tasktalk.interpreter.source import script_text
from tasktalk.interpreter.tokens import words

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "interpreter" / "LANGUAGE.md"
SCRIPTS = {path.stem: path for path in (ROOT / "tests" / "scripts" / "errors").glob("*.bas")}
KEYWORDS = language()
# what makes a finding or an error, its code first
MAKERS = words("Diagnostic Refused ScriptError Rule error report problem refuse refusal thrown not_supported _warning")
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
# codes of the domain that no script gives: they are what REST, the command line or a server's folder can meet
NOT_OF_SCRIPTS = {
    "automation_not_found": "REST: a rule",
    "bot_not_found": "REST: a task's bot",
    "conversation_not_found": "REST: a conversation that is given back",
    "conflict": "others change the same rows again and again: tests/runtime",
    "internal": "a fault of ours",
    "invalid_action": "REST: what a rule does",
    "invalid_bot": "REST: a task's bot",
    "invalid_channels": "REST: how a user is told",
    "invalid_events": "REST: of what a user or a webhook is told",
    "invalid_name": "REST: what a rule is called",
    "invalid_outcomes": "REST: a completion's outcomes",
    "invalid_recipients": "REST: as whom a user is told",
    "invalid_schedule": "REST: a task's schedule",
    "invalid_scope": "command line: a token's scope",
    "invalid_time_spent": "REST: a task's time",
    "invalid_timezone": "REST: a task's time zone",
    "invalid_trigger": "REST: what a rule waits for",
    "invalid_url": "REST: a webhook's address",
    "message_not_found": "REST and command line: a message that is to be tried again",
    "message_not_stuck": "REST and command line: a message that is to be tried again",
    "missing_bot": "REST: a task's schedule",
    "notification_not_found": "REST: what is marked as read",
    "parked": "an input that ends the process each time: tests/runtime/test_suspects.py",
    "session_not_found": "REST and command line: a session that is to be ended",
    "session_over": "REST and command line: a session that is to be ended",
    "too_many_webhooks": "REST: a webhook",
    "unknown-bot": "REST and channels: a bot's name",
    "unknown_assignee": "a server with accounts: tests/runtime/tasks",
    "unknown-form": "REST: a form that no script waits for",
    "unknown_field": "REST: a task's field",
    "user_exists": "command line: a user's name",
    "webhook_not_found": "REST: a webhook",
}
WITHOUT_A_SCRIPT = {
    "memory": "it would take a quarter of a gigabyte: tests/interpreter/test_attacks.py",
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


MADE = {code: path for path in SOURCES for code in made_in(path)}


def test_the_table_is_what_the_source_makes() -> None:
    # THROW and ASSERT are written out as statements; their codes are made by the compiled script
    assert CODES.keys() - MADE.keys() <= {"assertion", "error"}
    missing = {
        code: str(path.relative_to(ROOT)) for code, path in MADE.items() if code not in {*CODES, *NOT_OF_SCRIPTS}
    }
    assert missing == {}


def test_the_lists_of_exceptions_are_no_longer_than_they_must_be() -> None:
    assert NOT_OF_SCRIPTS.keys() <= MADE.keys()
    assert not NOT_OF_SCRIPTS.keys() & CODES.keys()
    assert WITHOUT_A_SCRIPT.keys() <= CODES.keys()


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
