"""The row of terminals that the lexer makes of one logical line, and what is open at each depth of brackets."""

from tasktalk.interpreter.errors import Diagnostic, Span
from tasktalk.interpreter.phrases import Entry, Phrases
from tasktalk.interpreter.tokens import Token

OPENERS = {"(": "LPAR", "${": "LPAR", "[": "LSQB", "{": "LBRACE", "#{": "LBRACE"}
CLOSERS = {")": "RPAR", "]": "RSQB", "}": "RBRACE"}
WORDISH = ("word", "string", "number")
NO_WORDS: frozenset[str] = frozenset()
EQUALS = frozenset("=")
WITH_PAIRS = frozenset(("=", "AS"))


class Frame:
    """What is open at one depth of brackets: the command being read, its clause, ternaries that await their `:`, and
    (`bounds`) BETWEENs that await their AND.

    `tight` is 1 after FORMAT, 2 after its AS; `pairs` are the words that may pair the argument being read; `count` is
    how many values the command or its clause has so far; `outer` are the commands that this one is an argument of;
    `is_value`: the command stands where a value is due, not at the start of a statement.
    """

    __slots__ = (
        "bounds", "clause", "closer", "count", "entry", "in_command", "is_value", "opener", "outer", "pairs",
        "ternaries", "tight",
    )  # fmt: skip

    def __init__(self, opener: str, closer: str = "") -> None:
        self.opener, self.closer = opener, closer
        self.ternaries = self.tight = self.bounds = 0
        self.leave_command()

    def leave_command(self) -> None:
        self.entry: Entry | None = None
        self.in_command = self.is_value = False
        self.clause, self.pairs, self.count = "", NO_WORDS, 0
        self.outer: list[tuple[Entry | None, str, int, bool]] = []

    def enter_command(self, entry: Entry | None, *, is_value: bool) -> None:
        """A command begins, maybe as an argument of the one that is open."""
        if self.in_command:
            self.outer.append((self.entry, self.clause, self.count, self.is_value))
        self.in_command, self.entry, self.clause, self.count, self.is_value = True, entry, "", 1, is_value

    def takes_more(self) -> bool:
        """A comma may go on with the values of the innermost command."""
        return self.entry is None or self.count < self.entry.most.get(self.clause, self.count + 1)

    def end_inner(self) -> bool:
        """Goes back to the command around the innermost one; false where that is the outermost."""
        if not self.outer:
            return False
        self.entry, self.clause, self.count, self.is_value = self.outer.pop()
        return True

    @property
    def ends_at_comparison(self) -> bool:
        """What a keyword gives is compared, and not its argument: IF RECALL "town" = "Recife"."""
        return self.in_command and self.is_value and not self.clause and (self.entry is not None or self.count == 1)


class Terminals:
    """Tokens on one side, terminals on the other. `i` is the next token; `out` the terminals so far.

    `operand_due`: an operand may start here; `at_start`: a statement may start here; `statement`: the terminal that the
    statement began with, where its inner words (TO, THEN, IN …) depend on it; `assign_at` the token that is the one `=`
    that assigns, -1 for none.
    """

    statement, i, assign_at = "", 0, -1

    def __init__(
        self, tokens: list[Token], phrases: Phrases, diagnostics: list[Diagnostic], is_expression: bool = False
    ) -> None:
        self.tokens, self.phrases, self.diagnostics = tokens, phrases, diagnostics
        self.out: list[Token] = []
        self.frames = [Frame("")]
        self.operand_due, self.at_start = True, not is_expression

    def emit(self, type_: str, count: int, value: str | bool | None = None) -> Token:
        """The next `count` tokens become one terminal; `value` None leaves its value."""
        token = self.tokens[self.i]
        if count > 1:
            last = self.tokens[self.i + count - 1]
            text = " ".join([t.text for t in self.tokens[self.i : self.i + count]])
            token = Token("word", text, token.gap, token.span.to(last.span), last.end_pos)
        token.type = type_
        if value is not None:
            token.value = value
        self.i += count
        self.out.append(token)
        return token

    def after(self, n: int) -> Token | None:
        """The token `n` places on, None behind the last."""
        i = self.i + n
        return self.tokens[i] if i < len(self.tokens) else None

    def last_type(self) -> str:
        return self.out[-1].type if self.out else ""

    def juxtapose(self) -> None:
        """A separator nobody wrote, between two arguments that stand side by side."""
        if self.out[-1].type != "CLAUSE":  # a flag such as SECONDS, and then a value after all
            self.out.append(self.unwritten("JUXT"))
        self.argument_start()

    def unwritten(self, terminal: str) -> Token:
        """A terminal that nobody wrote, in front of the next token."""
        line, column, *_ = self.tokens[self.i].span
        return Token(terminal, "", True, Span(line, column, line, column), 0)

    def argument_start(self) -> None:
        frame = self.frames[-1]
        self.operand_due = True
        if frame.clause:
            frame.pairs = (
                WITH_PAIRS if frame.clause == "WITH" else EQUALS if frame.clause in ("SET", "VALUES") else NO_WORDS
            )
        else:
            frame.pairs = frame.entry.pair_words if frame.entry else NO_WORDS
