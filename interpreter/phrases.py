"""Which word sequences are structure, clauses and keywords: tables, and one that grows as keywords are added.

The grammar never sees a keyword's name, so adding one needs no new grammar. The lexer asks for the longest match.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from tasktalk.interpreter.tokens import Token
from tasktalk.interpreter.tokens import words as word_set

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(slots=True)
class Fork(Generic[T_co]):
    """What the words up to here stand for, None where no phrase ends; the words that go on from here."""

    value: T_co | None = None
    onward: "dict[str, Fork[T_co]]" = field(default_factory=dict)


Table: TypeAlias = dict[str, Fork[T]]  # by first word


def insert(into: Table[T], phrase: str, value: T) -> None:
    """The table has one more phrase."""
    first, *others = phrase.split()
    fork = into.setdefault(first, Fork())
    for word in others:
        fork = fork.onward.setdefault(word, Fork())
    fork.value = value


def table(phrases: Mapping[str, T]) -> Table[T]:
    """The phrases as `longest` reads them."""
    out: Table[T] = {}
    for phrase, value in phrases.items():
        insert(out, phrase, value)
    return out


def word_table(phrases: Iterable[str]) -> Table[str]:
    """Phrases that stand for themselves, as `longest` reads them."""
    return table({phrase: phrase for phrase in phrases})


def longest(by_first: Mapping[str, Fork[T]], tokens: Sequence[Token], i: int) -> tuple[T | None, int]:
    """What the longest phrase that starts at token `i` stands for, and its length in tokens; (None, 0) for none."""
    branch = by_first.get(tokens[i].upper)
    if branch is None:
        return None, 0
    value, count, end = branch.value, int(branch.value is not None), i + 1
    while branch.onward and end < len(tokens):
        token = tokens[end]
        following = branch.onward.get(token.upper)
        if following is None or token.type != "word":
            break
        branch, end = following, end + 1
        if branch.value is not None:
            value, count = branch.value, end - i
    return value, count


# words at the start of a statement, and the terminal of the grammar that they are
STRUCTURE = {
    "IF": "IF", "ELSE IF": "ELSEIF", "ELSEIF": "ELSEIF", "ELSE": "ELSE", "END IF": "END", "ENDIF": "END",
    "FOR EACH": "FOREACH", "FOR": "FOR", "NEXT": "NEXT", "END FOR": "END", "ENDFOR": "END",
    "WHILE": "WHILE", "WEND": "END", "END WHILE": "END", "ENDWHILE": "END", "DO": "DO", "LOOP": "LOOP",
    "SELECT CASE": "SELECT", "SWITCH": "SELECT", "CASE": "CASE", "CASE ELSE": "CASEELSE", "DEFAULT": "CASEELSE",
    "END SELECT": "END", "END SWITCH": "END", "END CASE": "END", "ENDSWITCH": "END",
    "SUB": "SUB", "FUNCTION": "SUB", "END SUB": "END", "END FUNCTION": "END",
    "RETURN": "RETURN", "RETURN WITH": "RETURNWITH", "GOTO": "GOTO", "GOSUB": "GOTO",
    "EXIT": "EXIT", "EXIT FOR": "EXIT", "EXIT DO": "EXIT", "EXIT WHILE": "EXIT", "EXIT SUB": "EXIT",
    "EXIT FUNCTION": "EXIT", "CONTINUE": "EXIT", "CONTINUE FOR": "EXIT", "CONTINUE DO": "EXIT",
    "CONTINUE WHILE": "EXIT", "BREAK": "EXIT", "END": "EXIT", "STOP": "EXIT",
    "TRY": "TRY", "CATCH": "CATCH", "FINALLY": "FINALLY", "END TRY": "END", "WITH": "WITH", "END WITH": "END",
    "ON ERROR RESUME NEXT": "EXIT", "ON ERROR GOTO": "GOTO", "RESUME": "EXIT", "RESUME NEXT": "EXIT",
    "ON EVENT": "ONEVENT", "ON INSERT OF": "ONEVENT", "ON UPDATE OF": "ONEVENT", "ON DELETE OF": "ONEVENT",
    "ON FORM SUBMIT": "ONEVENT", "ON TASK COMPLETED": "ONEVENT", "ON TASK OVERDUE": "ONEVENT",
    "ON TASK ASSIGNED": "ONEVENT", "ON TASK CREATED": "ONEVENT", "ON TASK UPDATED": "ONEVENT",
    "ON TASK STARTED": "ONEVENT", "ON TASK FAILED": "ONEVENT", "ON TASK CANCELLED": "ONEVENT",
    "ON TASK DELETED": "ONEVENT", "ON TASK COMMENTED": "ONEVENT", "END ON": "END", "ON": "ON",
}  # fmt: skip
# words with a meaning inside the statement that began with this terminal, where an operand has just ended
INNER: dict[str, dict[str, str]] = {
    "IF": {"THEN": "THEN", "GOTO": "GOTO", "GOSUB": "GOTO"},
    "ELSEIF": {"THEN": "THEN"},
    "FOREACH": {"IN": "IN", "LAST": "LIMIT", "FIRST": "LIMIT", "LIMIT": "LIMIT", "DO": "THEN"},
    "FOR": {"TO": "TO", "STEP": "STEP", "DO": "THEN"},
    "WHILE": {"DO": "THEN"},
    "DO": {"WHILE": "UNTIL", "UNTIL": "UNTIL"},
    "LOOP": {"WHILE": "UNTIL", "UNTIL": "UNTIL"},
    "CASE": {"TO": "TO"},
    "ON": {"GOTO": "GOTO", "GOSUB": "GOTO"},
    "ONEVENT": {"DO": "THEN"},
}
NO_INNER: dict[str, str] = {}
# structure that may stand with nothing after it
LONE = frozenset(
    ("ELSE", "END", "NEXT", "LOOP", "DO", "CASEELSE", "RETURN", "EXIT", "TRY", "CATCH", "FINALLY"),
)
# clause words of commands that nobody declared
COMMON_CLAUSES = word_set(
    """AS WITH TO BY FROM WHERE FOR ON IN USING INTO LIMIT TEMPLATE DATA EXPIRES ATTACHMENT VALUES TIMEOUT DEFAULT ASC
    DESC DAYS HOURS MINUTES SECONDS OPTIONAL DESCRIPTION OPTIMIZE OF AT EVERY SET VIA TITLE BODY SUBJECT AFTER DUE
    PROJECT STATUS REASON JOIN TRIGGER FIRST LAST ORDER GROUP IF PARALLEL"""
) | {"ORDER BY", "GROUP BY", "IN PROJECT", "WITH STATUS", "OPTIMIZE FOR", "WITH OPTIMIZE FOR"}
# those of them that right behind a phrase belong to it where a value follows: SEND TEMPLATE x, CACHE SET "key"
NAMING_CLAUSES = word_set("TEMPLATE DATA SET TITLE BODY SUBJECT PROJECT STATUS REASON TRIGGER ATTACHMENT")
# those that make another phrase of a keyword that has no such clause: TALK TO who, WAIT FOR EVENT "x"
PREPOSITIONS = word_set("TO FROM INTO FOR ON IN AT VIA OF USING")
# those of them that take no value
FLAGS = frozenset(("ASC", "DESC", "OPTIONAL", "REQUIRED", "PARALLEL", "SECONDS", "MINUTES", "HOURS", "DAYS"))

STRUCTURE_BY_FIRST = table(STRUCTURE)
COMMON_BY_FIRST = word_table(COMMON_CLAUSES)
NO_CLAUSES: Table[str] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lexer needs to know of one keyword.

    `flags` are those of its clauses that take no value; `pair_words` are = and AS where it takes `left = right` or
    `left AS right` among its plain arguments; `bare`: a value even with nothing after it, as in `x = HEAR`; `tight`:
    binds tighter than +, as in `FORMAT x AS "p"`; `takes_values`: it may have plain arguments; `free_text`: the rest of
    the line may be words without quotes, as in `SET SCHEDULE every 5 minutes`; `is_open`: longer phrases are
    other people's; `most` is how many values it takes at most, by clause (empty for its plain arguments), where no form
    takes any number of them.
    """

    phrase: str
    clauses: frozenset[str]
    clauses_by_first: Table[str]
    flags: frozenset[str]
    pair_words: frozenset[str]
    takes_values: bool
    bare: bool
    tight: bool
    free_text: bool
    is_open: bool
    most: Mapping[str, int]


class Phrases:
    """Keyword entries by first word, the longest first."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: dict[str, Entry] = {}
        self.by_first: Table[Entry] = {}
        self.free_text: re.Pattern[str] | None = None  # lines whose rest is words without quotes
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Makes the phrase known from the next script on; ValueError when it is known already."""
        if entry.phrase in self.entries:
            raise ValueError(f"the keyword {entry.phrase} is declared twice")
        self.entries[entry.phrase] = entry
        insert(self.by_first, entry.phrase, entry)
        if entry.free_text:
            self.free_text = free_text_pattern(e.phrase for e in self.entries.values() if e.free_text)


def free_text_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Lines that begin with one of the phrases and go on with two words, so with no expression.

    The text lasts to a comment, or to a comma before a quote: `SET SCHEDULE every 5 minutes, "other.bas"`. Blanks are
    looked past from their first one only, so that many of them take no longer.
    """
    starts = "|".join(phrase.replace(" ", r"[ \t]+") for phrase in phrases)
    return re.compile(
        rf"""[ \t]*+(?P<phrase>{starts})[ \t]+
        (?P<text>[\w*][\w*/.:,'’-]*[ \t]+[\w*](?:(?!(?<![ \t])(?:[ \t]+'|[ \t]+//|[ \t]*,[ \t]*"))[^\n])*)""",
        re.IGNORECASE | re.VERBOSE,
    )
