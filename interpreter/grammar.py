"""The tables that Lark has made of grammar.lark, and the loop that runs them over the terminals of one line.

Lark is not asked to parse: it would go about a line through half a dozen objects, and a line is short. Nor is it asked
for the tables at each start, which takes it longer than most scripts take to be compiled: `make grammar` writes them.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

from tasktalk.interpreter.builder import Builder
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.tokens import Token

GRAMMAR, TABLES = (Path(__file__).with_name(f"grammar.{kind}") for kind in ("lark", "json"))
END = "$END"
_END = Token(END, "", True, Span(0, 0, 0, 0), 0)


# (size, build, onward): the last `size` values become one by `build`; `onward` says what comes then, by the state below
# them. No NamedTuple: it is unpacked for every reduction, and a tuple is quicker at that.
Reduction: TypeAlias = "tuple[int, Callable[[list[Any]], Any], Onward]"
# a state to go to with the terminal taken, what comes before that, or the symbol as which the last value is passed on
Action: TypeAlias = "int | Reduction | str"
States: TypeAlias = dict[int, dict[str, Action]]


class Onward(dict[int, "tuple[int, Action | None]"]):
    """The next state, and what it does with the terminal at hand, behind a reduction to a symbol: by the state below.

    Rules that only pass on their one child are gone through when a way is first asked for, and never again: that is
    half of all reductions. To `get` what is there is quick; `[]` of a dict's subclass calls what Python finds by name.
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

    def __init__(self, states: States, start: int) -> None:
        self._states, self._start = states, start

    def parse(self, terminals: Iterable[Token]) -> Any:
        """What the builder makes of the terminals; Unexpected where they do not fit."""
        known, state = self._states, self._start
        states: list[int] = [state]
        values: list[Any] = []
        for token in (*terminals, _END):
            action = known[state].get(token.type)
            while type(action) is tuple:
                size, build, onward = action
                if size == 1:
                    values[-1] = build([values[-1]])
                    below = states[-2]
                    state, action = onward.get(below) or onward[below]
                    states[-1] = state
                else:
                    children = values[-size:]
                    del values[-size:], states[-size:]
                    values.append(build(children))
                    below = states[-1]
                    state, action = onward.get(below) or onward[below]
                    states.append(state)
            if type(action) is not int:
                raise Unexpected(token, frozenset(known[state]))
            states.append(action)
            values.append(token)
            state = action
        return values[0]


def is_terminal(symbol: str) -> bool:
    return symbol.isupper() or symbol == END


def filled(rules: list[tuple[int, str | None, str]], table: list[dict[str, int]]) -> States:
    """The states with what each does with a terminal, of the written form of the tables.

    A rule is how many symbols it has, which method of the builder it calls (none for one that only passes on its one
    child), and its own symbol. In a state stands for each symbol the state to go to, or ~n for a reduction by rule n.
    """
    builder = Builder()
    goes_to: dict[str, dict[int, int]] = {}
    for state, actions in enumerate(table):
        for symbol, action in actions.items():
            if not is_terminal(symbol):
                goes_to.setdefault(symbol, {})[state] = action
    states: States = {state: {} for state in range(len(table))}
    onward = cache(partial(Onward, states, goes_to))

    @cache
    def reduction(number: int, terminal: str) -> "Reduction | str":
        size, build, symbol = rules[number]
        return symbol if build is None else (size, getattr(builder, build), onward(symbol, terminal))

    for state, actions in enumerate(table):
        for symbol, action in actions.items():
            if is_terminal(symbol):
                states[state][symbol] = action if action >= 0 else reduction(~action, symbol)
    return states


@cache
def grammars() -> Mapping[str, Grammar]:
    """The parsers of a line and of the expression in a `${…}`: read once for the process, in a few milliseconds."""
    written = json.loads(TABLES.read_text("utf-8"))
    states = filled(written["rules"], written["states"])
    return {symbol: Grammar(states, state) for symbol, state in written["starts"].items()}
