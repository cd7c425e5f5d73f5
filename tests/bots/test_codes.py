"""The table of codes: the manual shows all of it, and warnings are warnings."""

import re
from pathlib import Path

from tasktalk.bots.codes import CODES, FAILURES, MISTAKES, WARNINGS
from tasktalk.interpreter.advice import RULES

MANUAL = Path(__file__).parents[2] / "interpreter" / "LANGUAGE.md"


def test_the_manual_has_the_table() -> None:
    chapter = MANUAL.read_text("utf-8").partition("\n## Mistakes\n")[2]
    shown = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", chapter, re.MULTILINE)
    assert shown == [*MISTAKES.items(), *WARNINGS.items(), *FAILURES.items()]


def test_every_code_is_in_one_place() -> None:
    assert len(CODES) == len(WARNINGS) + len(MISTAKES) + len(FAILURES)
    assert {rule.code for rule in RULES} <= WARNINGS.keys()
