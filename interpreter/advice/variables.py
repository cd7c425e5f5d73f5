"""Which variables a piece of a resolved script sets and reads: what several rules ask."""

from collections.abc import Iterator, Sequence

from tasktalk.interpreter import tree


def set_in(body: Sequence[tree.Node]) -> Iterator[tuple[str, tree.Node]]:
    """Each variable that is set in it, and where; names that the resolver made up are left out."""
    for node in tree.walk(list(body)):
        name: str | None = None
        match node:
            case tree.Let():
                name = root(node.target)
            case tree.For() | tree.ForEach() | tree.Try():
                name = node.variable
        if name is not None and name.islower():
            yield name, node


def root(target: tree.Expression) -> str | None:
    """The variable that an element belongs to."""
    while isinstance(target, tree.Index):
        target = target.value
    return target.name if isinstance(target, tree.Variable) else None


def read_in(body: Sequence[tree.Node]) -> Iterator[tree.Variable]:
    """Each place where a variable is read; `x.a = 1` reads x."""
    targets = {
        id(node.target)
        for node in tree.walk(list(body))
        if isinstance(node, tree.Let) and isinstance(node.target, tree.Variable)
    }
    for node in tree.walk(list(body)):
        if isinstance(node, tree.Variable) and id(node) not in targets:
            yield node
