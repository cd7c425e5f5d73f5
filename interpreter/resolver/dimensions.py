"""What a DIM writes: `x`, `x(10)`, `x(1 TO 9)`, `x(3, 4) AS type`, `x = e`, `x AS type = e`."""

from dataclasses import dataclass, field

from tasktalk.interpreter import nodes


@dataclass(slots=True)
class Dimension:
    """One variable of a DIM, if it is one; `kind` is the type that is named, in capitals, and empty for none."""

    variable: nodes.Argument
    sizes: list[nodes.Argument] = field(default_factory=list)
    kind: str = ""
    value: nodes.Argument | None = None

    @property
    def names_last(self) -> bool:
        """Whether a size is the last position: in `a(1 TO 9)` and `a(3, 4)` it is, `a(9)` is a list of nine."""
        return len(self.sizes) > 1 or any(is_range(size) for size in self.sizes)

    @property
    def first(self) -> int:
        """The first position that is named as a number; 0 where none is."""
        size = self.sizes[0] if self.sizes else None
        low = size.left if isinstance(size, nodes.Binary) and is_range(size) else None
        return low.value if isinstance(low, nodes.Number) and isinstance(low.value, int) else 0


def dimension(argument: nodes.Argument) -> Dimension:
    """An argument of DIM, LOCAL or REDIM, taken apart."""
    kind, value = "", None
    if isinstance(argument, nodes.Pair) and argument.word != "=":
        type_ = argument.right
        if isinstance(type_, nodes.Binary) and type_.operator == "=":
            value, type_ = type_.right, type_.left
        kind = type_.name.upper() if isinstance(type_, nodes.Name) else ""
        argument = argument.left
    elif isinstance(argument, nodes.Pair) or (isinstance(argument, nodes.Binary) and argument.operator == "="):
        value, argument = argument.right, argument.left
    if isinstance(argument, nodes.Call):
        return Dimension(argument.function, list(argument.arguments), kind, value)
    if isinstance(argument, nodes.Index):
        return Dimension(argument.object, [argument.index], kind, value)
    return Dimension(argument, [], kind, value)


def is_range(size: nodes.Argument) -> bool:
    """`1 TO 9`."""
    return isinstance(size, nodes.Binary) and size.operator == "TO"
