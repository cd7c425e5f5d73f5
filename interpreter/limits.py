"""How much a script may use of what everybody shares: one table of limits, bound to a program when it is compiled.

Compiled code finds the limits of values among its globals; the functions of the language, which all programs share,
ask `current`, which the session sets for as long as its script runs.
"""

from contextlib import AbstractContextManager
from contextvars import ContextVar, Token
from dataclasses import Field, dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

Unit: TypeAlias = Literal["", "characters", "bytes", "seconds"]


class Bounds(NamedTuple):
    """What a limit counts, of what, and between what it may be set. `most` is what this program bears, not a taste."""

    unit: Unit
    meaning: str
    least: float
    most: float


def _limit(default: float, unit: Unit, meaning: str, least: float, most: float) -> Any:
    return field(default=default, metadata={"bounds": Bounds(unit, meaning, least, most)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All limits of a script, with the defaults that the manual documents. ValueError for one that is out of bounds."""

    statements: int = _limit(10_000_000, "", "statements of a turn, from its first 50 ms of computing on", 1, 1e15)
    seconds: float = _limit(30.0, "seconds", "computing of a turn", 0.001, 1e9)
    memory: int = _limit(256 << 20, "bytes", "memory that a turn needs", 1 << 20, 1 << 40)
    text: int = _limit(1 << 20, "characters", "a text", 1000, 1 << 28)
    entries: int = _limit(100_000, "", "entries of a list or record", 100, 100_000_000)
    depth: int = _limit(1000, "", "procedures and scripts that wait for each other", 20, 2000)
    state: int = _limit(256 << 10, "bytes", "what a waiting conversation, or a memory, holds", 1 << 10, 1 << 28)
    messages: int = _limit(1000, "", "messages of a turn", 1, 1_000_000)
    script: int = _limit(1 << 20, "bytes", "a script", 100, 2_000_000)
    nesting: int = _limit(100, "", "blocks, or brackets, inside one another", 5, 100)

    def __post_init__(self) -> None:
        for name, bounds in BOUNDS.items():
            value = getattr(self, name)
            if not bounds.least <= value <= bounds.most:
                raise ValueError(f"expected {name} to be {bounds.least:,.15g} to {bounds.most:,.15g}, got {value:,}")

    @property
    def state_values(self) -> int:
        """How many values a waiting conversation may hold: what bounds the time to write it. 50,000 in 256 KiB."""
        return 50_000 * self.state // (256 << 10)


def _bounds(limit: "Field[Any]") -> Bounds:
    found: Bounds = limit.metadata["bounds"]
    return found


BOUNDS = {name: _bounds(limit) for name, limit in Limits.__dataclass_fields__.items()}
"""The limits by name, in the order of the manual."""

DEFAULT = Limits()

IN_FORCE: ContextVar[Limits] = ContextVar("limits", default=DEFAULT)
current = IN_FORCE.get


class _InForce:
    """A class, since every turn enters some, and a generator is slower at that."""

    __slots__ = ("_limits", "_token")

    _token: Token[Limits]

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def __enter__(self) -> None:
        self._token = IN_FORCE.set(self._limits)

    def __exit__(self, *_: object) -> None:
        IN_FORCE.reset(self._token)


def in_force(limits: Limits) -> AbstractContextManager[None]:
    """Within it, these are the limits of the language's functions and of scripts that are parsed."""
    return _InForce(limits)
