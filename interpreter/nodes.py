"""The syntax tree, as written: what the parser gives and the resolver reads.

Equality compares meaning: spans never count, so that print-parse round trips can be checked with `==`.
Every node has `span`. Names keep the author's spelling; they compare without regard to case.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from tasktalk.interpreter.errors import Diagnostic, Span


def _place() -> Any:
    return field(compare=False, repr=False)


# ---- expressions ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Number:
    value: int | float
    span: Span = _place()


@dataclass(slots=True)
class Text:
    """A string; `parts` are literal text and the expressions of `${…}`."""

    parts: "list[str | Expression]"
    span: Span = _place()


@dataclass(slots=True)
class Constant:
    """TRUE, FALSE, NULL, or `"*"`: anything, in a list of choices."""

    value: bool | Literal["*"] | None
    span: Span = _place()


@dataclass(slots=True, eq=False)
class Name:
    name: str
    span: Span = _place()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and self.name.lower() == other.name.lower()

    def __hash__(self) -> int:
        return hash(self.name.lower())


@dataclass(slots=True)
class Field:
    """`object.name`; `safe` for `?.`."""

    object: "Expression"
    name: str
    safe: bool
    span: Span = _place()


@dataclass(slots=True)
class Index:
    object: "Expression"
    index: "Expression"
    span: Span = _place()


@dataclass(slots=True)
class Call:
    """`f(a, b)`: a procedure, a library function, or a method such as `list.push(x)` (then `function` is a Field)."""

    function: "Expression"
    arguments: "list[Argument]"
    span: Span = _place()


@dataclass(slots=True)
class Unary:
    """`operator` is one of `-`, `+`, NOT, IS NULL, IS NOT NULL, IS EMPTY, IS NOT EMPTY."""

    operator: str
    operand: "Expression"
    span: Span = _place()


@dataclass(slots=True)
class Binary:
    """`operator` in its one spelling: `+ - * / \\ MOD ^ & = <> < <= > >= AND OR XOR ??`, IN, NOT IN, CONTAINS,
    NOT CONTAINS, LIKE, NOT LIKE, ILIKE, STARTS WITH, ENDS WITH."""

    operator: str
    left: "Expression"
    right: "Expression"
    span: Span = _place()
    operator_span: Span = _place()


@dataclass(slots=True)
class Conditional:
    """`condition ? yes : no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"
    span: Span = _place()


@dataclass(slots=True)
class ListLiteral:
    items: "list[Argument]"
    span: Span = _place()


@dataclass(slots=True)
class RecordLiteral:
    """`#{…}` or `{…}`; a key alone stands for the variable of that name (its value is then a Name)."""

    pairs: "list[tuple[str, Expression]]"
    span: Span = _place()


@dataclass(slots=True)
class Pair:
    """`left = right` or `left AS right` among the arguments of a command; `word` is `=` or AS."""

    left: "Expression"
    word: str
    right: "Expression"
    span: Span = _place()


@dataclass(slots=True)
class Clause:
    """A word inside a command and what follows it: `WITH "prompt"`, `ORDER BY name`, `OPTIONAL`."""

    word: str
    arguments: "list[Argument]"
    separators: str
    span: Span = _place()


@dataclass(slots=True)
class Command:
    """A keyword, known or not, with its arguments; one of `,` `;` `␣` in `separators` for each gap between them."""

    phrase: str
    arguments: "list[Argument]"
    separators: str
    clauses: list[Clause]
    form: Literal["plain", "call", "tight"] = field(compare=False)  # call: KEYWORD(…); tight: FORMAT x AS "p"
    span: Span = _place()
    phrase_span: Span = _place()


Expression: TypeAlias = (
    Number
    | Text
    | Constant
    | Name
    | Field
    | Index
    | Call
    | Unary
    | Binary
    | Conditional
    | ListLiteral
    | RecordLiteral
    | Command
)
Argument: TypeAlias = Expression | Pair


KINDS_OF_TEXT = ("TALK", "SYSTEM PROMPT", "MAIL", "TABLE")  # blocks of text that the language has

# ---- statements -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Assign:
    """`word` is empty, LET, SET, CONST or, in WITH, `.`; `operator` is `=` or `+=` and its kin.

    The target is a Name, Field or Index.
    """

    word: str
    target: Expression
    operator: str
    value: Expression
    span: Span = _place()


@dataclass(slots=True)
class Do:
    """An expression in the place of a statement: a command or a call."""

    value: Expression
    span: Span = _place()


@dataclass(slots=True)
class Jump:
    """GOTO, GOSUB (with `targets`; with `selector` it is ON e GOTO), EXIT, EXIT FOR|DO|WHILE|SUB|FUNCTION,
    CONTINUE [FOR|DO|WHILE], BREAK, END, STOP, RESUME [NEXT], ON ERROR RESUME NEXT, ON ERROR GOTO (target `0`: off)."""

    word: str
    targets: list[str]
    selector: Expression | None
    span: Span = _place()


@dataclass(slots=True)
class Label:
    """`name:` or a classic line number; `is_alone` where no statement follows on its line."""

    name: str
    span: Span = _place()
    is_alone: bool = field(default=True, compare=False, repr=False)


@dataclass(slots=True)
class Return:
    """RETURN [value], or RETURN WITH a AS v, …: then `fields` are the record's fields."""

    value: Expression | None
    fields: list[Argument]
    span: Span = _place()


@dataclass(slots=True)
class Raw:
    """BEGIN TALK, BEGIN SYSTEM PROMPT, BEGIN MAIL and TABLE: text that is not code, with its `${…}`.

    Of any other BEGIN … END, which nobody has, `parts` are all that stands between the two, the rest of its first line
    included.
    """

    kind: str
    header: list[Argument]
    clauses: list[Clause]
    parts: list[str | Expression]
    span: Span = _place()


@dataclass(slots=True)
class Arm:
    """IF c THEN or ELSE IF c THEN with its body. `span` is the line of the condition."""

    condition: Expression
    body: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class If:
    arms: list[Arm]
    otherwise: "list[Statement]"
    is_inline: bool = field(compare=False)
    span: Span = _place()


@dataclass(slots=True)
class ForEach:
    """FOR EACH variable IN items [FIRST|LAST|LIMIT limit]; `limit_word` is empty when there is no limit."""

    variable: Name
    items: Expression
    limit_word: str
    limit: Expression | None
    body: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class For:
    variable: Name
    start: Expression
    stop: Expression
    step: Expression | None
    body: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class While:
    condition: Expression
    body: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class DoLoop:
    """DO [WHILE|UNTIL c] … LOOP [WHILE|UNTIL c]; a word is empty where there is no condition."""

    before_word: str
    before: Expression | None
    body: "list[Statement]"
    after_word: str
    after: Expression | None
    span: Span = _place()


@dataclass(slots=True)
class CaseTest:
    """One test of a CASE: a value; `low TO high` (word TO); `IS operator value` (word is the operator)."""

    word: str
    value: Expression
    high: Expression | None
    span: Span = _place()


@dataclass(slots=True)
class Case:
    tests: list[CaseTest]
    body: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class Select:
    subject: Expression
    cases: list[Case]
    otherwise: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class Parameter:
    """A parameter of a SUB or FUNCTION: its name, its default if it has one, its `AS kind` (not checked)."""

    name: Name
    default: Expression | None
    kind: str | None
    span: Span = _place()


@dataclass(slots=True)
class Procedure:
    kind: Literal["SUB", "FUNCTION"]
    name: Name
    parameters: list[Parameter]
    body: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class Try:
    """TRY … CATCH [variable] … FINALLY …; `catch` and `final` are None where the part is absent."""

    body: "list[Statement]"
    variable: Name | None
    catch: "list[Statement] | None"
    final: "list[Statement] | None"
    span: Span = _place()


@dataclass(slots=True)
class With:
    """WITH name: its lines build the record `name`; `value` for WITH name = e."""

    name: Name
    value: Expression | None
    body: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class OnEvent:
    """ON EVENT "e", ON INSERT OF "table", ON TASK COMPLETED …: `phrase` and what follows it."""

    phrase: str
    arguments: list[Argument]
    body: "list[Statement]"
    span: Span = _place()


@dataclass(slots=True)
class Unknown:
    """A command that nobody has, with the lines up to its END, of that word: REPEAT 3 … END REPEAT. They never run."""

    command: Command
    end: str
    body: "list[Statement]"
    span: Span = _place()


Statement: TypeAlias = (
    Assign
    | Do
    | Jump
    | Label
    | Return
    | Raw
    | If
    | ForEach
    | For
    | While
    | DoLoop
    | Select
    | Procedure
    | Try
    | With
    | OnEvent
    | Unknown
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its marks, for the formatter and transcripts; `is_alone` when nothing else is on its line."""

    text: str
    is_alone: bool
    span: Span


@dataclass(slots=True)
class Script:
    """A whole script; with `diagnostics` of severity error it must not run."""

    body: list[Statement]
    comments: list[Comment] = field(default_factory=list, compare=False)
    diagnostics: list[Diagnostic] = field(default_factory=list, compare=False)
