"""Right scripts, whatever they are: nothing is found wrong, and writing them back or formatting them keeps
what they mean.

SCRIPTS=20000 in the environment, or `make soak`, makes it long.
"""

import os

import pytest
from hypothesis import given, settings

from tasktalk.interpreter.formatter import formatted
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.unparse import unparse
from tests.interpreter.grammar_scripts import right_scripts

MANY = int(os.environ.get("SCRIPTS", "20000"))
SHORT = settings(max_examples=60)


def keeps_its_meaning(keywords: Keywords, source: str) -> None:
    script = parse(source, keywords.phrases)
    assert [d.render("t", source) for d in script.diagnostics if d.severity == "error"] == []
    written = unparse(script)
    again = parse(written, keywords.phrases)
    assert again.body == script.body, written
    assert unparse(again) == written
    neat = formatted(source, keywords)
    after = parse(neat, keywords.phrases)
    assert after.body == script.body, neat
    assert [c.text for c in after.comments] == [c.text for c in script.comments]
    assert formatted(neat, keywords) == neat


@SHORT
@given(source=right_scripts())
def test_a_right_script(keywords: Keywords, source: str) -> None:
    keeps_its_meaning(keywords, source)


@pytest.mark.soak
@settings(SHORT, max_examples=MANY, derandomize=False)
@given(source=right_scripts())
def test_many_right_scripts(keywords: Keywords, source: str) -> None:
    keeps_its_meaning(keywords, source)
