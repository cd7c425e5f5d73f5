"""What a kind of answer is, for the families of kinds beside this file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from tasktalk.interpreter.values import Value

Read: TypeAlias = Callable[[str, datetime], Value]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer.

    `expected` completes the sentence "Please answer with …"; `read` gets the answer without blanks around it and the
    moment, and gives None for what is not of the kind. The text of a secret answer is kept nowhere, right or wrong. A
    kind that `is_slow` is read in a thread, so that nobody else's talk waits for it.
    """

    expected: str
    read: Read
    is_secret: bool = False
    is_slow: bool = False
