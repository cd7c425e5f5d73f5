"""What a rule is given and what it gives."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tasktalk.interpreter import nodes, tree
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.function import Functions
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.resolver import Declaration


@dataclass(frozen=True, slots=True)
class Subject:
    """A script without errors: as it is written, as it is meant, and what its words could have meant."""

    written: nodes.Script
    meant: tree.Script
    declarations: list[Declaration]
    keywords: Keywords
    functions: Functions


class Advice(NamedTuple):
    """One finding of a rule, in the author's words."""

    message: str
    span: Span
    hint: str | None = None


class Rule(NamedTuple):
    """A rule: the code of what it finds, and how."""

    code: str
    find: Callable[[Subject], Iterable[Advice]]
