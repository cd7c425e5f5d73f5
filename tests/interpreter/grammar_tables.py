"""Writes the tables that the parser runs, by Lark from grammar.lark: `python -m tests.interpreter.grammar_tables`."""

import json
from collections.abc import Iterator
from typing import Any

from lark import Lark

from tasktalk.interpreter.grammar import END, GRAMMAR, TABLES, is_terminal

STARTS = ("expression", "line")


def written() -> str:
    """The tables as grammar.json has them: one line a state and a rule, the same ones in every process."""
    text = GRAMMAR.read_text("utf-8")
    lark = Lark(text, parser="lalr", lexer="basic", start=list(STARTS), maybe_placeholders=False)
    parsers = {start: lark.parse_interactive(start=start).parser_state.parse_conf for start in STARTS}
    actions: dict[int, dict[str, Any]] = {}
    for table in parsers.values():
        for state, found in table.states.items():
            actions.setdefault(state, {}).update({symbol: target for symbol, (_, target) in found.items()})
        actions[table.end_state][END] = table.end_state
    numbers = numbered(actions, [table.start_state for table in parsers.values()])
    rules: dict[Any, int] = {}
    states: list[dict[str, int]] = []
    for state in numbers:
        states.append({})
        for symbol, target in sorted(actions[state].items()):
            if isinstance(target, int):
                states[-1][symbol] = numbers[target]
            else:
                states[-1][symbol] = ~rules.setdefault(target, len(rules))
    parts = {
        "starts": json.dumps({start: numbers[table.start_state] for start, table in parsers.items()}),
        "rules": lines(rule(r) for r in rules),
        "states": lines(states),
    }
    return "{\n" + ",\n".join(f'"{name}": {part}' for name, part in parts.items()) + "\n}\n"


def numbered(actions: dict[int, dict[str, Any]], starts: list[int]) -> dict[int, int]:
    """Numbers for the states in the order in which they are reached, as Lark's own differ from process to process."""
    numbers = {state: i for i, state in enumerate(starts)}
    waiting = list(numbers)
    for state in waiting:
        for _, target in sorted(actions[state].items(), key=lambda pair: pair[0]):
            if isinstance(target, int) and target not in numbers:
                numbers[target] = len(numbers)
                waiting.append(target)
    return numbers


def rule(found: Any) -> tuple[int, str | None, str]:
    """A rule as grammar.py reads it; it is built by the builder's method of its alias or name."""
    size, symbol = len(found.expansion), str(found.origin.name)
    if not size:
        raise ValueError(f"the rule {found} is empty")
    if not (found.options.expand1 and not found.alias):
        return size, str(found.alias or symbol), symbol
    if size != 1 or is_terminal(found.expansion[0].name):
        raise ValueError(f"the rule {found} has nothing that is built of it")
    return size, None, symbol


def lines(parts: Iterator[Any] | list[Any]) -> str:
    return "[\n" + ",\n".join(json.dumps(part, separators=(",", ":")) for part in parts) + "\n]"


if __name__ == "__main__":
    TABLES.write_text(written(), "utf-8")
