"""The tables that the parser runs are those of the grammar as it stands."""

import json

from tasktalk.interpreter.builder import Builder
from tasktalk.interpreter.grammar import TABLES
from tests.interpreter.grammar_tables import written


def test_the_tables_are_those_of_the_grammar() -> None:
    assert TABLES.read_text("utf-8") == written(), "run `make grammar`"


def test_every_method_of_the_builder_builds_a_rule() -> None:
    built = {method for _, method, _ in json.loads(TABLES.read_text("utf-8"))["rules"] if method}
    assert built == {name for name in vars(Builder) if not name.startswith("_")} - {"opener"}
