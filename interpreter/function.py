"""A library function of the language: one Python function with its name, and its docstring, which is its manual page.

`@function("LEFT", returns="text")` gives a frozen Function object; nothing is registered anywhere. `discover`
collects those of a package, and `Functions` is the set that scripts are compiled with.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tasktalk.interpreter.keyword import ResultType

Body: TypeAlias = Callable[..., Any]  # values in, a value out; the host first where the function needs it
Returns: TypeAlias = ResultType | Literal["item", "argument", "part"]
Items: TypeAlias = ResultType | Literal["same", "fields"]


@dataclass(frozen=True, slots=True)
class Function:
    """What the rest of the system knows of one function.

    `least` and `most` bound the number of arguments (None: any number). `returns` "argument" is one of its arguments,
    "item" one of them or something inside them, "part" a list where the first one is a list, else a text; `items` says
    what a list that it gives holds: "same" what its arguments' lists hold, "fields" what records hold. `stores` says
    that it puts its further arguments into its first one. `is_pure`: evaluating it twice is the same as once. `native`
    is a function of Python's own that gives the same, or refuses with TypeError; it is tried first, and never refuses
    values of the types in `suits`.
    """

    name: str
    aliases: tuple[str, ...]
    methods: tuple[str, ...]
    body: Body
    returns: Returns
    items: Items
    stores: Literal["", "item", "field"]
    is_pure: bool
    native: Body | None
    suits: tuple[ResultType, ...]
    needs_host: bool
    least: int
    most: int | None
    summary: str
    manual: str
    module: str

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return count >= self.least and (self.most is None or count <= self.most)

    @property
    def form(self) -> str:
        """The function with its parameters, as a hint shows it."""
        names = list(inspect.signature(self.body).parameters.values())[self.needs_host :]
        shown = [f"{p.name}, …" if p.kind is p.VAR_POSITIONAL else p.name for p in names]
        optional = sum(p.default is not p.empty for p in names)
        needed = ", ".join(shown[: len(shown) - optional])
        return f"{self.name}({needed}{''.join(f'[, {name}]' for name in shown[len(shown) - optional :])})"


def function(
    name: str,
    *aliases: str,
    returns: Returns,
    items: Items = "any",
    stores: Literal["", "item", "field"] = "",
    methods: Iterable[str] = (),
    is_pure: bool = True,
    native: Body | None = None,
    suits: tuple[ResultType, ...] = ("text",),
    needs_host: bool = False,
) -> Callable[[Body], Function]:
    """Makes the decorated function one of the language; `methods` are its names behind a dot: `list.push(x)`."""

    def declare(body: Body) -> Function:
        parameters = list(inspect.signature(body).parameters.values())[needs_host:]
        fixed = [p for p in parameters if p.kind is not p.VAR_POSITIONAL]
        manual = inspect.cleandoc(body.__doc__ or "")
        if not manual:
            raise ValueError(f"function {name} has no docstring, so no manual page")
        return Function(
            name,
            aliases,
            tuple(methods),
            body,
            returns,
            items,
            stores,
            is_pure,
            native,
            suits,
            needs_host,
            sum(p.default is p.empty for p in fixed),
            len(fixed) if len(fixed) == len(parameters) else None,
            manual.split("\n")[0],
            manual,
            body.__module__,
        )

    return declare


def discover(package: str) -> list[Function]:
    """The functions that the modules of a package define, in the order of the modules' names; imports them all."""
    folder = importlib.import_module(package)
    found: list[Function] = []
    for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{info.name}")
        found.extend(v for v in vars(module).values() if isinstance(v, Function) and v.module == module.__name__)
    return found


class Functions:
    """The functions that scripts may use, by any of their names."""

    def __init__(self, functions: Iterable[Function]) -> None:
        self._by_name: dict[str, Function] = {}
        self._by_method: dict[str, Function] = {}
        self._all: list[Function] = []
        for one in functions:
            self._all.append(one)
            for name in (one.name, *one.aliases):
                if self._by_name.setdefault(name, one) is not one:
                    raise ValueError(f"the function {name} is declared twice")
            for method in one.methods:
                if self._by_method.setdefault(method.lower(), one) is not one:
                    raise ValueError(f"the method {method} is declared twice")

    def get(self, name: str) -> Function | None:
        """The function of that name or alias, in any case; a `$` at its end says nothing."""
        return self._by_name.get(name.upper().removesuffix("$"))

    def method(self, name: str) -> Function | None:
        """The function that `.name(…)` calls."""
        return self._by_method.get(name.lower())

    def names(self) -> list[str]:
        """All names and aliases."""
        return list(self._by_name)

    def methods(self) -> list[str]:
        """All names behind a dot."""
        return list(self._by_method)

    def __iter__(self) -> Iterator[Function]:
        return iter(self._all)
