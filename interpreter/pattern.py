"""Keyword patterns: what a keyword takes; a pattern is data, so adding one rebuilds nothing.

`CREATE TASK <title>[, <more>...] [PRIORITY <priority>] [SECONDS|MINUTES]`: words in capitals are literal; `<x>` is an
expression, `{x}` a variable to set, `<x>...` one or more of them (a list), `<k> = <v>` a pair; `<x:word>` is an
expression too, but a name alone stands for itself, as text in capitals: `AS INTEGER`; `[…]` may be left out; `[A|B]`
is one of some words without a value, each passed as true; of `[unit:A|B]` the one that was written is passed, as text,
as the value `unit`. Named clauses come in any order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasktalk.interpreter.phrases import Entry, word_table

PHRASE = re.compile(r"[A-Z][A-Z_0-9]*(?: [A-Z][A-Z_0-9]*)*")
PIECE = re.compile(
    r"""\s*(?:(?P<open>\[(?:(?P<choice>[a-z_]+):)?)|(?P<close>\])|(?P<comma>,)|(?P<bar>\|)|(?P<equals>=)
    |<(?P<expression>\w+)(?P<bare>:word)?>(?P<many>\.\.\.)?|\{(?P<variable>\w+)\}|(?P<word>[A-Z][A-Z_0-9]*))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One place for a value: an expression, a variable to set, or (`many`) all that are left."""

    name: str
    is_optional: bool
    many: bool = False
    is_variable: bool = False
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class ClauseRule:
    """A named clause with its parameters; none for a word that stands alone. Of one `group` only one may be given."""

    word: str
    is_optional: bool
    group: int
    parameters: tuple[Parameter, ...] = ()
    choice: str = ""

    @property
    def flag(self) -> str:
        """The name under which a clause without parameters is passed."""
        return self.choice or self.word.lower().replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One declared form of a keyword."""

    phrase: str
    text: str
    parameters: tuple[Parameter, ...] = ()
    clauses: dict[str, ClauseRule] = field(default_factory=dict)
    takes_pair: bool = False
    required: tuple[str, ...] = ()
    """The words of the clauses that must be given."""
    form: str = ""
    """The pattern as authors see it."""

    def names(self) -> dict[str, bool]:
        """The parameters that a function for this form must take, and whether each may be left out."""
        out = {p.name: p.is_optional for p in self.parameters if not p.is_variable}
        for rule in self.clauses.values():
            if not rule.parameters:
                out[rule.flag] = True
            out.update({p.name: p.is_optional or rule.is_optional for p in rule.parameters if not p.is_variable})
        return out


def compile_pattern(text: str) -> Pattern:
    """The pattern that `text` declares; ValueError says what is wrong with it."""
    phrase = PHRASE.match(text)
    if not phrase:
        raise ValueError(f"pattern {text!r} does not start with a keyword in capitals")
    return PatternReader(phrase.group(), text).read(phrase.end())


class PatternReader:
    """Reads one pattern from left to right; a clause lasts to the next word or to the end of its bracket."""

    def __init__(self, phrase: str, text: str) -> None:
        self.phrase, self.text = phrase, text
        self.plain: list[Parameter] = []
        self.clauses: list[ClauseRule] = []
        self.words: list[str] = []  # of the clause that is being read; none before the first
        self.parameters: list[Parameter] = []  # of that clause
        self.depth = self.clause_depth = self.group = self.clause_group = 0
        self.takes_pair = False
        self.choice = self.clause_choice = ""

    def read(self, pos: int) -> Pattern:
        text = self.text.rstrip()
        while pos < len(text):
            piece = PIECE.match(text, pos)
            if piece is None:
                raise ValueError(f"pattern {text!r}: {text[pos:].strip()!r} is not understood")
            pos = piece.end()
            self.piece(piece)
        if self.depth:
            raise ValueError(f"pattern {text!r}: a bracket is not closed")
        self.end_clause()
        clauses = {rule.word: rule for rule in self.clauses}
        required = tuple(rule.word for rule in self.clauses if not rule.is_optional)
        form = re.sub(r"\[[a-z_]+:", "[", text.replace(":word>", ">"))
        pattern = Pattern(self.phrase, text, tuple(self.plain), clauses, self.takes_pair, required, form)
        names = [p.name for p in (*self.plain, *(p for rule in self.clauses for p in rule.parameters))]
        if len(clauses) < len(self.clauses) or len(set(names)) < len(names):
            raise ValueError(f"pattern {text!r} has a name twice")
        return pattern

    def piece(self, piece: re.Match[str]) -> None:
        if piece["open"]:
            self.depth += 1
            self.group += 1
            self.choice = piece["choice"] or ""
        elif piece["close"]:
            self.depth -= 1
            if self.depth < 0:
                raise ValueError(f"pattern {self.text!r}: a bracket is closed that was not opened")
            if self.depth < self.clause_depth:
                self.end_clause()
        elif piece["bar"]:
            self.end_clause()
        elif word := piece["word"]:
            if self.words and not self.parameters and self.depth == self.clause_depth:
                self.words.append(word)
            else:
                self.end_clause()
                self.words, self.clause_depth, self.clause_group = [word], self.depth, self.group
                self.clause_choice = self.choice
        elif piece["equals"]:
            self.takes_pair = True
        elif name := piece["expression"] or piece["variable"]:
            target, least = (self.parameters, self.clause_depth) if self.words else (self.plain, 0)
            many, is_variable, is_word = bool(piece["many"]), bool(piece["variable"]), bool(piece["bare"])
            target.append(Parameter(name, self.depth > least, many, is_variable, is_word))

    def end_clause(self) -> None:
        if self.words:
            word, is_optional = " ".join(self.words), self.clause_depth > 0
            parameters, choice = tuple(self.parameters), self.clause_choice
            self.clauses.append(ClauseRule(word, is_optional, self.clause_group, parameters, choice))
        self.words, self.parameters, self.clause_depth = [], [], 0


def entry(
    patterns: Sequence[Pattern],
    *,
    bare: bool = False,
    tight: bool = False,
    free_text: bool = False,
    is_open: bool = False,
    pairs: str = "",
) -> Entry:
    """What the lexer needs of a keyword with these forms; `pairs` are the words (=, AS) that pair its arguments."""
    clauses = frozenset(word for pattern in patterns for word in pattern.clauses)
    flags = {word for p in patterns for word, rule in p.clauses.items() if not rule.parameters}
    pair_words = frozenset([*pairs.split(), *("=" for pattern in patterns if pattern.takes_pair)])
    takes_values = any(pattern.parameters for pattern in patterns)
    return Entry(
        patterns[0].phrase,
        clauses,
        word_table(clauses),
        frozenset(flags),
        pair_words,
        takes_values,
        bare,
        tight,
        free_text,
        is_open,
        most_values(patterns),
    )


def most_values(patterns: Sequence[Pattern]) -> dict[str, int]:
    """How many values the forms take at most, by clause (empty: plain ones); those that take any number are absent."""
    found: dict[str, int] = {}
    endless: set[str] = set()
    for pattern in patterns:
        places = [("", pattern.parameters), *((word, rule.parameters) for word, rule in pattern.clauses.items())]
        for word, parameters in places:
            found[word] = max(found.get(word, 0), len(parameters))
            if any(parameter.many for parameter in parameters) or pattern.takes_pair:
                endless.add(word)
    return {word: most for word, most in found.items() if word not in endless}
