"""A keyword: one function with its pattern, which is the syntax, and its docstring, which is the manual page.

`@keyword("SEND MAIL <to>, <subject>[, <body>]")` gives a frozen Keyword object; nothing is registered anywhere.
`discover` collects those of a package, and `Keywords` is the set that scripts are compiled with.
"""

import hashlib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, TypeAlias, get_args

from tasktalk.interpreter import core, elsewhere
from tasktalk.interpreter.errors import Diagnostic, nearest
from tasktalk.interpreter.matcher import Target, Values, match
from tasktalk.interpreter.nodes import Call, Command, Name
from tasktalk.interpreter.pattern import Pattern, compile_pattern, entry
from tasktalk.interpreter.phrases import STRUCTURE, Entry, Phrases

ResultType = Literal["nothing", "any", "text", "number", "integer", "boolean", "date", "list", "record", "rows"]
Function: TypeAlias = Callable[..., Any]  # the host first, then the pattern's parameters; gives a script's value


@dataclass(frozen=True, slots=True)
class Keyword:
    """What the rest of the system knows of one keyword.

    `gives` are the only words that it ever gives, where that is known. `resumed` is what carries on after a wait, None
    for a keyword that never waits; it is set by `on_resume` while the keyword's module is being imported, and by
    nothing else. `summary` is the first line of `manual`; `entry` is what the lexer reads of it.
    """

    phrase: str
    patterns: tuple[Pattern, ...]
    function: Function
    returns: ResultType
    bare: bool
    tight: bool
    free_text: bool
    declares: bool
    is_open: bool
    is_async: bool
    summary: str
    manual: str
    module: str
    entry: Entry = field(compare=False)
    gives: tuple[str, ...] = ()
    resumed: Function | None = field(default=None, compare=False)

    def on_resume(self, function: Function) -> Function:
        """Decorates `async (turn, request, input)`: what this keyword does with what it waited for."""
        if not inspect.iscoroutinefunction(function) or len(inspect.signature(function).parameters) != 3:
            raise ValueError(f"keyword {self.phrase}: on_resume takes an async function of (turn, request, input)")
        object.__setattr__(self, "resumed", function)
        return function


def keyword(
    *patterns: str,
    returns: ResultType = "nothing",
    bare: bool = False,
    tight: bool = False,
    free_text: bool = False,
    declares: bool = False,
    is_open: bool = False,
    gives: Iterable[str] = (),
) -> Callable[[Function], Keyword]:
    """Makes the decorated function a keyword with these forms.

    `bare`: it is a value even with nothing after it; `tight`: it binds tighter than +; `free_text`: the rest of its
    line may be words without quotes; `declares`: at the top level of a script it is a declaration and is not executed;
    `is_open`: others have commands that begin with its words, so a use that fits none of its forms is one of theirs;
    `gives`: the only words that it gives, so that a comparison with another one is found.
    ValueError says what is wrong with the patterns, or where the function's parameters differ from theirs.
    """
    compiled = tuple(compile_pattern(text) for text in patterns)
    if not compiled:
        raise ValueError("a keyword needs a pattern")
    phrase = compiled[0].phrase
    if any(pattern.phrase != phrase for pattern in compiled):
        raise ValueError(
            f"keyword {phrase}: all its patterns start with the same words, so {patterns} do not go together"
        )
    if returns not in get_args(ResultType):
        raise ValueError(f"keyword {phrase}: there is no result type {returns!r}")

    def declare(function: Function) -> Keyword:
        check_parameters(phrase, compiled, function)
        manual = inspect.cleandoc(function.__doc__ or "")
        if not manual:
            raise ValueError(f"keyword {phrase} has no docstring, so no manual page")
        return Keyword(
            phrase, compiled, function, returns, bare, tight, free_text, declares, is_open,
            inspect.iscoroutinefunction(function), manual.split("\n")[0], manual, function.__module__,
            entry(compiled, bare=bare, tight=tight, free_text=free_text, is_open=is_open), tuple(dict.fromkeys(gives)),
        )  # fmt: skip

    return declare


def check_parameters(phrase: str, patterns: tuple[Pattern, ...], function: Function) -> None:
    """ValueError unless the function takes, after the host, exactly what the patterns name, with defaults where due."""
    named: dict[str, bool] = {}
    for pattern in patterns:
        for name, is_optional in pattern.names().items():
            named[name] = named.get(name, False) or is_optional
    for name in named:
        if any(name not in pattern.names() for pattern in patterns):
            named[name] = True
    taken = list(inspect.signature(function).parameters.values())[1:]
    if {p.name for p in taken} != set(named):
        raise ValueError(
            f"keyword {phrase}: its patterns name {', '.join(named) or 'nothing'},"
            f" but the function takes {', '.join(p.name for p in taken) or 'nothing'} after the turn"
        )
    if missing := [p.name for p in taken if named[p.name] and p.default is p.empty]:
        raise ValueError(f"keyword {phrase}: {', '.join(missing)} may be left out, so the function needs a default")


def discover(package: str) -> list[Keyword]:
    """The keywords that the modules of a package define, in the order of the modules' names; imports them all."""
    folder = importlib.import_module(package)
    found: list[Keyword] = []
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{info.name}")
        found.extend(v for v in vars(module).values() if isinstance(v, Keyword) and v.module == module.__name__)
    return found


_CALLED = ("PRINT", "THROW", "ASSERT")  # commands of the language that may be written as calls: PRINT("a")


@dataclass(slots=True)
class Bound:
    """A command matched to its keyword: arguments by parameter name, what was not given is absent.

    `target` is the variable to set, where the pattern has `{x}`.
    """

    keyword: Keyword
    pattern: Pattern
    values: Values
    target: Target | None


class Keywords:
    """The keywords that scripts may use; `phrases` is what the parser reads of them, and it grows with them.

    `otherwise` takes every command that is none of them: its parameters are the phrase, the list of plain arguments,
    and a record of clauses (each a list, or TRUE for a word that stands alone). ValueError when it has others.
    """

    def __init__(self, keywords: Iterable[Keyword] = (), *, otherwise: Keyword | None = None) -> None:
        if otherwise is not None and list(otherwise.patterns[0].names()) != ["phrase", "arguments", "clauses"]:
            raise ValueError(
                "what takes unknown commands has the pattern OTHER COMMAND <phrase>, <arguments>, <clauses>"
            )
        self.otherwise = otherwise
        self.phrases = Phrases(core.entries())
        self.by_phrase: dict[str, Keyword] = {}
        self._fingerprint: str | None = None
        for one in keywords:
            self.add(one)

    def add(self, keyword: Keyword) -> None:
        """Makes the keyword known to scripts that are parsed from now on; ValueError when its phrase is taken."""
        self.phrases.add(keyword.entry)
        self.by_phrase[keyword.phrase] = keyword
        self._fingerprint = None

    @property
    def fingerprint(self) -> str:
        """Another one whenever the same source may be compiled to something else."""
        if self._fingerprint is None:
            everyone = [*self, *([self.otherwise] if self.otherwise else [])]
            known = [
                (
                    k.phrase,
                    [p.text for p in k.patterns],
                    k.returns,
                    k.bare,
                    k.tight,
                    k.free_text,
                    k.declares,
                    k.is_open,
                    k.is_async,
                )
                for k in everyone
            ]
            shown = repr((known, [k.gives for k in everyone], self.otherwise is not None))
            self._fingerprint = hashlib.sha256(shown.encode()).hexdigest()
        return self._fingerprint

    def first(self, count: int) -> "Keywords":
        """Those that were there when there were `count` of them: they are only ever added to."""
        return self if count == len(self) else Keywords(islice(self, count), otherwise=self.otherwise)

    def get(self, phrase: str) -> Keyword | None:
        return self.by_phrase.get(phrase)

    def __iter__(self) -> Iterator[Keyword]:
        return iter(self.by_phrase.values())

    def __len__(self) -> int:
        return len(self.by_phrase)

    def bind(self, command: Command) -> Bound | list[Diagnostic] | None:
        """The command's arguments by name, or what is wrong with it by the form that fits it best; None: nobody has it.

        Nobody has what begins like an open keyword and fits none of its forms.
        """
        keyword = self.by_phrase.get(command.phrase)
        if keyword is None:
            return None
        found = match(keyword.patterns, command)
        if isinstance(found, list):
            return None if keyword.is_open else found
        return Bound(keyword, found.pattern, found.values, found.target)

    def unknown(
        self,
        command: Command,
        procedures: Iterable[str] = (),
        nearest: Callable[[str, Iterable[str]], str | None] = nearest,
    ) -> Diagnostic:
        """What to say of a command that is no keyword; `procedures` are the script's own names."""
        phrase = command.phrase
        if (keyword := self.by_phrase.get(phrase)) is not None:
            form = f"the form is: {keyword.patterns[0].form}"
            return Diagnostic("unknown-keyword", f"there is no {phrase} of this form", command.span, form)
        known = [*self.phrases.entries, *STRUCTURE]
        if (found := elsewhere.known(phrase, known)) is not None:
            message = found.message or f"there is no keyword {phrase.upper()}"
            return Diagnostic("unknown-keyword", message, command.phrase_span, found.hint)
        first = phrase.split()[0]
        same = [name for name in (*known, *procedures) if name[0].upper() == first[0].upper()]  # SEND is no END
        near = nearest(phrase, known) or nearest(first, same)
        hint = f"did you mean {near}?" if near else None
        return Diagnostic("unknown-keyword", f"there is no keyword {phrase}", command.phrase_span, hint)

    def command_of(self, call: Call) -> Command | None:
        """`CREATE_TASK(a, b)` and `TALK(a)` as commands; None when the call's name is no keyword's.

        A procedure of the script has the name first: ask this only when there is none.
        """
        function = call.function
        if not isinstance(function, Name):
            return None
        phrase = function.name.upper().replace("_", " ")
        if phrase not in self.by_phrase:
            phrase = function.name.upper()
            if phrase not in self.by_phrase and phrase not in _CALLED:
                return None
        separators = "," * (len(call.arguments) - 1)
        return Command(phrase, call.arguments, separators, [], "call", call.span, function.span)
