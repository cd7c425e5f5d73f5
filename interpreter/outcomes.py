"""How a slice of a script ends."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from tasktalk.interpreter.keyword import Keyword
from tasktalk.interpreter.values import Value


@dataclass(frozen=True, slots=True)
class Finished:
    """The script has ended; `value` is what it returned."""

    value: Value


class Pending(NamedTuple):
    """An async keyword was called: the driver awaits `call`, then resumes or throws."""

    call: Coroutine[Any, Any, Any]
    keyword: Keyword


@dataclass(frozen=True, slots=True)
class Preempted:
    """The script was taken off for the sake of others; resume it with None."""


Outcome: TypeAlias = Finished | Pending | Preempted
