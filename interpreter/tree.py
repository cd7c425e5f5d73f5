"""The resolved program: what the resolver gives and the compiler reads. Names are bound, shorthands spelled out.

Names are in lower case; names that the resolver makes up are in upper case, so that they never meet an author's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.function import Function
from tasktalk.interpreter.keyword import Keyword, ResultType

# ---- expressions -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Const:
    value: bool | int | float | str | None
    span: Span


@dataclass(slots=True)
class Variable:
    name: str
    span: Span


@dataclass(slots=True)
class Predefined:
    """A name that the host gives: `user`, `channel`."""

    name: str
    span: Span


@dataclass(slots=True)
class Binary:
    """`+ - * / \\ MOD ^ & = <> < <= > >=`"""

    operator: str
    left: "Expression"
    right: "Expression"
    span: Span


@dataclass(slots=True)
class Logic:
    """AND, OR and `??`: the right side is evaluated only where it decides."""

    operator: str
    left: "Expression"
    right: "Expression"
    span: Span


@dataclass(slots=True)
class Not:
    value: "Expression"
    span: Span


@dataclass(slots=True)
class Choose:
    """`c ? a : b` and IIF(c, a, b)."""

    test: "Expression"
    yes: "Expression"
    no: "Expression"
    span: Span


@dataclass(slots=True)
class Index:
    """`a[i]` and `a.field` (a constant key)."""

    value: "Expression"
    key: "Expression"
    span: Span


@dataclass(slots=True)
class Interpolation:
    """A text with expressions in it."""

    parts: "list[Expression]"
    span: Span


@dataclass(slots=True)
class ListOf:
    """A list; `leaves`: it goes to a keyword, so the script never sees its items."""

    items: "list[Expression]"
    span: Span
    leaves: bool = False


@dataclass(slots=True)
class RecordOf:
    keys: list[str]
    items: "list[Expression]"
    span: Span


@dataclass(slots=True)
class Helper:
    """An operation of the language that is one call of a run-time function without effects."""

    name: str
    arguments: "list[Expression]"
    returns: ResultType
    span: Span


@dataclass(slots=True)
class CallProcedure:
    name: str
    arguments: "list[Expression]"
    span: Span


@dataclass(slots=True)
class CallFunction:
    function: Function
    arguments: "list[Expression]"
    span: Span


@dataclass(slots=True)
class CallKeyword:
    """`number` is the keyword's place in Script.keywords; `names` are the parameters that `arguments` go to."""

    number: int
    keyword: Keyword
    names: list[str]
    arguments: "list[Expression]"
    span: Span


@dataclass(slots=True)
class CallScript:
    script: "Expression"
    arguments: "list[Expression]"
    span: Span


Expression: TypeAlias = (
    Const
    | Variable
    | Predefined
    | Binary
    | Logic
    | Not
    | Choose
    | Index
    | Interpolation
    | ListOf
    | RecordOf
    | Helper
    | CallProcedure
    | CallFunction
    | CallKeyword
    | CallScript
)

# ---- statements ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Let:
    target: Variable | Index
    value: Expression
    span: Span


@dataclass(slots=True)
class Do:
    """An expression for its effect."""

    value: Expression
    span: Span


@dataclass(slots=True)
class Print:
    value: Expression
    span: Span


@dataclass(slots=True)
class If:
    test: Expression
    then: "list[Statement]"
    otherwise: "list[Statement]"
    span: Span


@dataclass(slots=True)
class For:
    variable: str
    start: Expression
    stop: Expression
    step: Expression
    body: "list[Statement]"
    span: Span


@dataclass(slots=True)
class ForEach:
    variable: str
    value: Expression
    body: "list[Statement]"
    span: Span


@dataclass(slots=True)
class Loop:
    """WHILE and DO: goes on while `test`, leaves when `until` after a round. `kind` is what EXIT and CONTINUE name."""

    kind: str
    test: Expression | None
    until: Expression | None
    body: "list[Statement]"
    span: Span


@dataclass(slots=True)
class Exit:
    """EXIT FOR|DO|WHILE; without a kind (BREAK) the innermost loop."""

    kind: str | None
    span: Span


@dataclass(slots=True)
class Continue:
    kind: str | None
    span: Span


@dataclass(slots=True)
class Return:
    value: Expression | None
    span: Span


@dataclass(slots=True)
class Stop:
    """END, STOP, EXIT: ends the script."""

    span: Span


@dataclass(slots=True)
class Try:
    body: "list[Statement]"
    variable: str | None
    catch: "list[Statement] | None"
    final: "list[Statement] | None"
    span: Span


@dataclass(slots=True)
class Throw:
    value: Expression
    code: Expression | None
    span: Span


@dataclass(slots=True)
class OnError:
    """`mode` is "next", "off" or a label."""

    mode: str
    span: Span


@dataclass(slots=True)
class Resume:
    is_next: bool
    span: Span


@dataclass(slots=True)
class Label:
    name: str
    span: Span


@dataclass(slots=True)
class Goto:
    label: str
    span: Span


@dataclass(slots=True)
class Gosub:
    label: str
    span: Span


@dataclass(slots=True)
class OnGoto:
    value: Expression
    labels: list[str]
    is_gosub: bool
    span: Span


Statement: TypeAlias = (
    Let
    | Do
    | Print
    | If
    | For
    | ForEach
    | Loop
    | Exit
    | Continue
    | Return
    | Stop
    | Try
    | Throw
    | OnError
    | Resume
    | Label
    | Goto
    | Gosub
    | OnGoto
)
Node: TypeAlias = Expression | Statement
JUMPS = (Goto, Gosub, OnGoto, Label, OnError, Resume)

# ---- scripts ---------------------------------------------------------------------------------------------------------

MAIN = "MAIN"
LAST_ERROR = "ERROR"
ARGUMENTS = "ARGUMENTS"
SWAPPED = "SWAPPED"  # what SWAP keeps for a moment
DATA_ITEMS, DATA_AT = "DATA", "DATA_AT"  # what READ reads, and how far it has come


@dataclass(slots=True)
class Procedure:
    """A SUB, a FUNCTION, a handler or the script's top level (MAIN). `own` are names that never are the script's.

    A handler is started by the host, and then the top level has not run.
    """

    name: str
    parameters: list[str]
    own: set[str]
    body: list[Statement]
    span: Span
    is_handler: bool = False


@dataclass(slots=True)
class Script:
    procedures: dict[str, Procedure]
    keywords: list[Keyword] = field(default_factory=list)
    phrases: dict[tuple[int, int], str] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number_of(self, keyword: Keyword) -> int:
        """The keyword's place in `keywords`, where it is put when it is new."""
        number = self._numbers.setdefault(keyword.phrase, len(self.keywords))
        if number == len(self.keywords):
            self.keywords.append(keyword)
        return number

    @property
    def main(self) -> Procedure:
        """The top level."""
        return self.procedures[MAIN]


_INNER: dict[type, tuple[str, ...]] = {
    Binary: ("left", "right"),
    Logic: ("left", "right"),
    Not: ("value",),
    Choose: ("test", "yes", "no"),
    Index: ("value", "key"),
    Interpolation: ("parts",),
    ListOf: ("items",),
    RecordOf: ("items",),
    Helper: ("arguments",),
    CallProcedure: ("arguments",),
    CallFunction: ("arguments",),
    CallKeyword: ("arguments",),
    CallScript: ("script", "arguments"),
    Let: ("target", "value"),
    Do: ("value",),
    Print: ("value",),
    If: ("test", "then", "otherwise"),
    For: ("start", "stop", "step", "body"),
    ForEach: ("value", "body"),
    Loop: ("test", "body", "until"),
    Return: ("value",),
    Try: ("body", "catch", "final"),
    Throw: ("value", "code"),
    OnGoto: ("value",),
}


_INNER_LAST = {kind: names[::-1] for kind, names in _INNER.items()}


def children(node: Node) -> list[Node]:
    """The nodes directly inside, in source order."""
    found: list[Node] = []
    for name in _INNER.get(type(node), ()):
        part = getattr(node, name)
        if type(part) is list:
            found += part
        elif part is not None:
            found.append(part)
    return found


def walk(nodes: "list[Statement] | list[Expression] | list[Node]") -> Iterator[Node]:
    """Every node, parents first, in source order."""
    stack: list[Node] = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        for name in _INNER_LAST.get(type(node), ()):
            part = getattr(node, name)
            if type(part) is list:
                stack += part[::-1]
            elif part is not None:
                stack.append(part)
