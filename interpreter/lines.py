"""What one line of a script gives: whole statements, and openers, parts and ends of blocks yet to be put together."""

from dataclasses import dataclass
from typing import TypeAlias

from tasktalk.interpreter import nodes
from tasktalk.interpreter.errors import Span

Block: TypeAlias = (
    nodes.If
    | nodes.ForEach
    | nodes.For
    | nodes.While
    | nodes.DoLoop
    | nodes.Select
    | nodes.Procedure
    | nodes.Try
    | nodes.With
    | nodes.OnEvent
)


@dataclass(slots=True)
class Opener:
    """The first line of a block, with the block as far as that line says; `kind` is its terminal."""

    kind: str
    block: Block
    span: Span
    has_then: bool = True


@dataclass(slots=True)
class Part:
    """ELSE IF, ELSE, CASE, CASE ELSE, CATCH or FINALLY; `kind` is its terminal. What the others have is empty."""

    kind: str
    span: Span
    condition: nodes.Expression | None = None
    tests: list[nodes.CaseTest] | None = None
    variable: nodes.Name | None = None
    has_then: bool = True


@dataclass(slots=True)
class End:
    """The last line of a block in its author's words; `name` is that of NEXT, `until` the condition of LOOP."""

    word: str
    span: Span
    name: nodes.Name | None = None
    until_word: str = ""
    until: nodes.Expression | None = None


@dataclass(slots=True)
class InlineIf:
    """A whole IF on one line; its bodies may hold blocks of their own."""

    condition: nodes.Expression
    yes: "list[Item]"
    no: "list[Item]"
    span: Span


Item: TypeAlias = nodes.Statement | Opener | Part | End | InlineIf
