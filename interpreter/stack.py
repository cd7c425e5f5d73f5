"""The Python stack under a script: how deep it is, and a frame that makes calls on it cheap."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import NamedTuple, TypeVar

R = TypeVar("R")


class Below(NamedTuple):
    """What lies below a call on the Python stack."""

    frames: int
    big_stack: int | None
    """How far below on_big_stack is; None where it is not there."""


def below(known: Below | None = None) -> Below:
    """What lies below the caller. Whether that is as it was `known` to be is seen at two frames, and nothing counted.

    A server's scripts nearly always run as deep as the last time.
    """
    if known is not None and known.big_stack is not None and _is_still(known.frames, known.big_stack):
        return known
    frame: FrameType | None = sys._getframe()
    frames, big_stack = 0, None
    while frame is not None:
        if big_stack is None and frame.f_code is _BIG_STACK:
            big_stack = frames
        frame, frames = frame.f_back, frames + 1
    return Below(frames, big_stack)


def _is_still(frames: int, big_stack: int) -> bool:
    """Whether the caller has so many frames, itself among them, and on_big_stack so far below."""
    try:
        return sys._getframe(big_stack + 1).f_code is _BIG_STACK and sys._getframe(frames).f_back is None
    except ValueError:  # it is not so deep
        return False


def on_big_stack(function: Callable[[], R]) -> R:
    """Calls the function in a frame that brings its own large chunk of Python's stack.

    Without it, at some depths every call of a script maps and unmaps a chunk (CPython 3.11 to 3.13), up to 50 times
    slower. It costs 10 µs, so a server may call its main loop through it: sessions notice that and do without.
    """
    return function()


on_big_stack.__code__ = on_big_stack.__code__.replace(co_stacksize=31800)
_BIG_STACK = on_big_stack.__code__
