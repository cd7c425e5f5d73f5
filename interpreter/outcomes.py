"""How a slice of a script ends, and why a script was taken off the stack."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from tasktalk.interpreter.errors import Span
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
    span: Span
    script: str


@dataclass(frozen=True, slots=True)
class Preempted:
    """The script was taken off for the sake of others; resume it with None."""


Outcome: TypeAlias = Finished | Pending | Preempted


class Call(NamedTuple):
    """Why a script was taken off the stack: an async keyword was called."""

    keyword: Keyword
    coroutine: Coroutine[Any, Any, Any]
