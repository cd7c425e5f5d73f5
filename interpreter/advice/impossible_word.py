"""`impossible-word`: a value is compared with a word that the keyword which gave it never gives.

Which words a keyword gives is declared with the keyword (`gives`).
"""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject
from tasktalk.interpreter.errors import nearest

Words = tuple[str, ...]


def find(subject: Subject) -> Iterator[Advice]:
    values: dict[str, list[tree.Expression | None]] = {}  # by variable; None for what may be anything
    everything = [n for procedure in subject.meant.procedures.values() for n in tree.walk(list(procedure.body))]
    for procedure in subject.meant.procedures.values():
        for name in procedure.parameters:
            values.setdefault(name, []).append(None)
    for node in everything:
        match node:
            case tree.Let(target=tree.Variable(name), value=value):
                values.setdefault(name, []).append(value)
            case tree.For(variable=name) | tree.ForEach(variable=name):
                values.setdefault(name, []).append(None)
            case tree.Try(variable=str(name)):
                values.setdefault(name, []).append(None)
    for node in everything:
        for value, word in _comparisons(node):
            if not isinstance(word, tree.Const) or not isinstance(word.value, str) or not word.value:
                continue  # the empty text asks whether there is one
            words = _words(value, values)
            if words and word.value not in words:
                yield _advice(word.value, words, word)


RULE = Rule("impossible-word", find)


def _comparisons(node: tree.Node) -> Iterator[tuple[tree.Expression, tree.Expression]]:
    match node:
        case tree.Binary("=" | "<>", left, right):
            yield left, right
            yield right, left
        case tree.Helper(name="is_in", arguments=[value, tree.ListOf(items)]):
            for item in items:
                yield value, item


def _words(value: tree.Expression, values: dict[str, list[tree.Expression | None]], depth: int = 4) -> Words:
    """The words that the value can be; empty where it can be any."""
    if isinstance(value, tree.CallKeyword):
        return value.keyword.gives
    if not isinstance(value, tree.Variable) or depth == 0:
        return ()
    found = [_words(one, values, depth - 1) if one is not None else () for one in values.get(value.name, [])]
    return tuple(dict.fromkeys(word for words in found for word in words)) if found and all(found) else ()


def _advice(word: str, words: Words, place: tree.Const) -> Advice:
    near = next((w for w in words if w.casefold() == word.casefold()), None) or nearest(word, words)
    listed = ", ".join(f'"{w}"' for w in words)
    hint = f'did you mean "{near}"?' if near else f"it is one of {listed}"
    return Advice(f'this is never "{word}"', place.span, hint)
