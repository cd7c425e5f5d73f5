"""The tables that Lark makes of grammar.lark, and the loop that runs them over the terminals of one line.

Lark is not asked to parse: it would go about a line through half a dozen objects, and a line is short.
"""

from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from lark import Lark

from tasktalk.interpreter.builder import Builder
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.tokens import Token

END = "$END"
_END = Token(END, "", True, Span(0, 0, 0, 0), 0)


class Reduction(NamedTuple):
    """The last `size` values become one, by `build`; `onward` is what comes then, by the state below them."""

    size: int
    build: Callable[[list[Any]], Any]
    onward: "Onward"


# a state to go to with the terminal taken, what comes before that, or the symbol as which the last value is passed on
Action: TypeAlias = int | Reduction | str
States: TypeAlias = dict[int, dict[str, Action]]


class Onward(dict[int, "tuple[int, Action | None]"]):
    """The next state, and what it does with the terminal at hand, behind a reduction to a symbol: by the state below.

    Rules that only pass on their one child are gone through when a way is first asked for, and never again: that is
    half of all reductions.
    """

    def __init__(self, states: States, goes_to: dict[str, dict[int, int]], symbol: str, terminal: str) -> None:
        super().__init__()
        self._states, self._goes_to, self._symbol, self._terminal = states, goes_to, symbol, terminal

    def __missing__(self, below: int) -> "tuple[int, Action | None]":
        action: Action | None = self._symbol
        while isinstance(action, str):
            state = self._goes_to[action][below]
            action = self._states[state].get(self._terminal)
        self[below] = state, action
        return state, action


class Unexpected(Exception):
    """The grammar has no place for a terminal here; `expected` are those that it has one for."""

    def __init__(self, token: Token, expected: frozenset[str]) -> None:
        super().__init__(token)
        self.token, self.expected = token, expected


class Grammar:
    """An LALR parser from one start symbol; it keeps nothing of what it parses."""

    def __init__(self, lark: Lark, start: str) -> None:
        table = lark.parse_interactive(start=start).parser_state.parse_conf
        builder = Builder()
        goes_to: dict[str, dict[int, int]] = {}
        for state, actions in table.states.items():
            for symbol, (_, target) in actions.items():
                if isinstance(target, int) and not is_terminal(symbol):
                    goes_to.setdefault(symbol, {})[state] = target
        self._start = table.start_state
        self._states: States = {state: {} for state in table.states}
        onward = cache(partial(Onward, self._states, goes_to))
        for state, actions in table.states.items():
            for symbol, (_, target) in actions.items():
                if is_terminal(symbol):
                    is_shift = isinstance(target, int)
                    self._states[state][symbol] = target if is_shift else reduction(target, symbol, builder, onward)
        self._states[table.end_state][END] = table.end_state

    def parse(self, terminals: Iterable[Token]) -> Any:
        """What the builder makes of the terminals; Unexpected where they do not fit."""
        known, state = self._states, self._start
        states: list[int] = [state]
        values: list[Any] = []
        for token in (*terminals, _END):
            action = known[state].get(token.type)
            while type(action) is Reduction:
                size, build, onward = action
                if size == 1:
                    values[-1] = build(values[-1:])
                    state, action = onward[states[-2]]
                    states[-1] = state
                else:
                    children = values[-size:]
                    del values[-size:], states[-size:]
                    values.append(build(children))
                    state, action = onward[states[-1]]
                    states.append(state)
            if not isinstance(action, int):
                raise Unexpected(token, frozenset(known[state]))
            states.append(action)
            values.append(token)
            state = action
        return values[0]


def is_terminal(symbol: str) -> bool:
    return symbol.isupper() or symbol == END


def reduction(rule: Any, terminal: str, builder: Builder, onward: Callable[[str, str], Onward]) -> Reduction | str:
    """What one rule of the grammar does before a terminal; it is built by the builder's method of its alias or name."""
    size, symbol = len(rule.expansion), rule.origin.name
    if rule.options.expand1 and not rule.alias:
        if size != 1 or rule.expansion[0].is_term:
            raise ValueError(f"the rule {rule} has nothing that is built of it")
        return str(symbol)
    if not size:
        raise ValueError(f"the rule {rule} is empty")
    return Reduction(size, getattr(builder, rule.alias or symbol), onward(symbol, terminal))


@cache
def grammars() -> dict[str, Grammar]:
    """The parsers of a line and of the expression in a `${…}`: made once for the process, in about 50 ms."""
    starts = ["line", "expression"]
    text = Path(__file__).with_name("grammar.lark").read_text("utf-8")
    lark = Lark(text, parser="lalr", lexer="basic", start=starts, maybe_placeholders=False)
    return {start: Grammar(lark, start) for start in starts}
