"""The tables that Lark makes of grammar.lark, and the loop that runs them over the terminals of one line.

Lark is not asked to parse: it would go about a line through half a dozen objects, and a line is short.
"""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from lark import Lark

from tasktalk.interpreter.builder import Builder
from tasktalk.interpreter.tokens import Token

END = "$END"
_END = Token(END, "", True, 0, 0, 0, 0, 0, 0)


def only(children: list[Any]) -> Any:
    """What a rule gives that only passes on its one child."""
    return children[0]


class Reduction(NamedTuple):
    """The last `size` values become one, by `build`; `goes_to` is the next state by the one below them."""

    size: int
    build: Callable[[list[Any]], Any]
    goes_to: dict[int, int]


Action: TypeAlias = int | Reduction  # a state to go to with the terminal taken, or what comes before that


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
        self._states: dict[int, dict[str, Action]] = {
            state: {
                symbol: target if isinstance(target, int) else reduction(target, builder, goes_to)
                for symbol, (_, target) in actions.items()
                if is_terminal(symbol)
            }
            for state, actions in table.states.items()
        }
        self._states[table.end_state][END] = table.end_state

    def parse(self, terminals: Iterable[Token]) -> Any:
        """What the builder makes of the terminals; Unexpected where they do not fit."""
        known = self._states
        states, values = [self._start], list[Any]()
        actions = known[self._start]
        for token in (*terminals, _END):
            kind = token.type
            while True:
                action = actions.get(kind)
                if isinstance(action, int):
                    break
                if action is None:
                    raise Unexpected(token, frozenset(actions))
                size, build, goes_to = action
                if size > 1:
                    children = values[-size:]
                    del values[-size:], states[-size:]
                    values.append(build(children))
                    state = goes_to[states[-1]]
                    states.append(state)
                else:
                    if build is not only:
                        values[-1] = build(values[-1:])
                    states[-1] = state = goes_to[states[-2]]
                actions = known[state]
            states.append(action)
            values.append(token)
            actions = known[action]
        return values[0]


def is_terminal(symbol: str) -> bool:
    return symbol.isupper() or symbol == END


def reduction(rule: Any, builder: Builder, goes_to: dict[str, dict[int, int]]) -> Reduction:
    """One rule of the grammar, built by the builder's method of its alias or name."""
    size, name = len(rule.expansion), rule.alias or rule.origin.name
    is_plain = rule.options.expand1 and not rule.alias
    if not size or (is_plain and size > 1):
        raise ValueError(f"the rule {rule} has nothing that is built of it")
    return Reduction(size, only if is_plain else getattr(builder, name), goes_to[rule.origin.name])


@cache
def grammars() -> dict[str, Grammar]:
    """The parsers of a line and of the expression in a `${…}`: made once for the process, in about 50 ms."""
    starts = ["line", "expression"]
    text = Path(__file__).with_name("grammar.lark").read_text("utf-8")
    lark = Lark(text, parser="lalr", lexer="basic", start=starts, maybe_placeholders=False)
    return {start: Grammar(lark, start) for start in starts}
