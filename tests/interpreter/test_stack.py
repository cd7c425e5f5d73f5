"""What lies below a script on the Python stack: counted once, and looked at from then on."""

import sys
from collections.abc import Callable
from functools import partial

from tasktalk.interpreter.stack import Below, below, on_big_stack


def deeper(by: int, call: Callable[[], Below]) -> Below:
    return deeper(by - 1, call) if by else call()


def test_all_frames_are_counted() -> None:
    here, count = sys._getframe(), 1
    while here.f_back is not None:
        here, count = here.f_back, count + 1
    assert below() == Below(count + 1, None)  # with its own
    assert deeper(4, below).frames == count + 6
    assert on_big_stack(below) == Below(count + 2, 1)


def test_what_is_as_it_was_is_not_counted_again() -> None:
    known = on_big_stack(partial(deeper, 2, below))
    assert on_big_stack(partial(deeper, 2, partial(below, known))) is known


def test_a_stack_that_is_less_or_more_deep_is_counted() -> None:
    known = on_big_stack(partial(deeper, 2, below))
    for depth in (0, 1, 3, 4):
        assert on_big_stack(partial(deeper, depth, partial(below, known))) == on_big_stack(
            partial(deeper, depth, below)
        )


def test_a_stack_that_is_as_deep_without_the_big_one_or_with_it_elsewhere_is_counted() -> None:
    known = on_big_stack(partial(deeper, 3, below))
    assert deeper(4, partial(below, known)) == Below(known.frames, None)
    assert deeper(3, partial(on_big_stack, partial(below, known))) == Below(known.frames, 1)
