"""What compiled code does without where nothing can need it: it is as quick as what people write by hand."""

import ast

import pytest

from tasktalk.interpreter.compiler.script import lowered
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.program import standard_functions
from tasktalk.interpreter.resolver import resolve
from tasktalk.interpreter.tree import MAIN
from tests.interpreter.suspending import KEYWORDS


def code_of(source: str, procedure: str = MAIN) -> str:
    """The Python of one procedure, as text."""
    resolved = resolve(parse(source, KEYWORDS.phrases), KEYWORDS, standard_functions(), [])
    assert not resolved.diagnostics
    made = lowered(resolved.script, "start.bas").procedures[procedure]
    return ast.unparse(ast.fix_missing_locations(made.fast()))


@pytest.mark.parametrize(
    "source",
    [
        "FOR EACH x IN a\n  IF x.n > 3 THEN\n    TALK x\n  END IF\nNEXT\n",
        "WHILE a.n > 0\n  IF a.n = 3 THEN\n    IF a.vip THEN\n      TALK 1\n    END IF\n  END IF\nWEND\n",
        "IF a.n > 3 THEN\n  TALK a\nEND IF\n",
        "DO\n  TALK a\nLOOP UNTIL a.n > 3\n",
    ],
    ids=["round", "rounds in one another", "procedure", "loop"],
)
def test_what_ends_with_a_choice_leaves_it_without_a_flag(source: str) -> None:
    assert "True if" not in code_of(f"HEAR a\n{source}")
