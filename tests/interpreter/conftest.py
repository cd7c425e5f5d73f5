"""A set of keywords as wide as real bots use, and the parser on them."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from tasktalk.interpreter import core
from tasktalk.interpreter.errors import Diagnostic, Span
from tasktalk.interpreter.keyword import Keyword, Keywords, keyword
from tasktalk.interpreter.nodes import Command, Script
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.pattern import compile_pattern

SAMPLE = Path(__file__).with_name("sample_keywords.txt")


def declared(line: str) -> Keyword:
    """The keyword of one line of the sample: `(bare) PATTERN ;; PATTERN`. Its function does nothing."""
    option, _, text = line.removeprefix("(").partition(") ") if line.startswith("(") else ("", "", line)
    texts = text.split(" ;; ")
    names = dict.fromkeys(name for t in texts for name in compile_pattern(t).names())

    def function() -> None:
        """Does nothing."""

    parameters = [inspect.Parameter("turn", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    parameters += [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None) for n in names]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return keyword(*texts, bare=option == "bare", free_text=option == "free_text", returns="any")(function)


def sample_keywords() -> Keywords:
    return Keywords(declared(line) for line in SAMPLE.read_text("utf-8").splitlines())


@pytest.fixture(scope="session")
def keywords() -> Keywords:
    return sample_keywords()


@pytest.fixture(scope="session")
def parse_clean(keywords: Keywords) -> Callable[[str], Script]:
    """Parses a script in which nothing may be wrong."""

    def parse_it(source: str) -> Script:
        script = parse(source, keywords.phrases)
        assert [d.render("t", source) for d in script.diagnostics] == []
        return script

    return parse_it


@pytest.fixture(scope="session")
def findings(keywords: Keywords) -> Callable[[str], list[Diagnostic]]:
    """All that is wrong with a script's lines and with the arguments of its commands."""

    def find(source: str) -> list[Diagnostic]:
        script = parse(source, keywords.phrases)
        told = {d.span.line for d in script.diagnostics}
        found = list(script.diagnostics)
        for node in walk(script.body):
            if isinstance(node, Command) and node.span.line not in told:
                bound = core.bind(node) or keywords.bind(node)
                if bound is None:
                    found.append(keywords.unknown(node))
                elif isinstance(bound, list):
                    found.extend(bound)
        return sorted(set(found), key=lambda d: d.span)

    return find


def walk(value: object) -> Iterator[object]:
    """All nodes under a node or a list of them, itself included."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, list | tuple) and not isinstance(value, Span):
            stack.extend(value)
        elif is_dataclass(value):
            yield value
            stack.extend(getattr(value, f.name) for f in fields(value) if not f.name.endswith("span"))


@pytest.fixture(scope="session")
def nodes_of() -> Callable[[object], list[object]]:
    return lambda value: list(walk(value))
