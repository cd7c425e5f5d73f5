"""The Python stack under a script: how deep it is, and a frame that makes calls on it cheap."""

import sys
from collections.abc import Callable
from types import FrameType

from tasktalk.interpreter.values import Value


def depth() -> tuple[int, bool]:
    """How many Python frames there are, and whether one of them is on_big_stack."""
    frame: FrameType | None = sys._getframe()
    count, is_on_big_stack = 0, False
    while frame is not None:
        is_on_big_stack = is_on_big_stack or frame.f_code is _BIG_STACK
        frame, count = frame.f_back, count + 1
    return count, is_on_big_stack


def on_big_stack(function: Callable[[], Value]) -> Value:
    """Calls the function in a frame that brings its own large chunk of Python's stack.

    Without it, at some depths every call of a script maps and unmaps a chunk (CPython 3.11 to 3.13), up to 50 times
    slower. It costs 10 µs, so a server may call its main loop through it: sessions notice that and do without.
    """
    return function()


on_big_stack.__code__ = on_big_stack.__code__.replace(co_stacksize=31800)
_BIG_STACK = on_big_stack.__code__
