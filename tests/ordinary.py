"""Runs something as a user for whom the rights of files count, also where the tests run as root."""

import ctypes
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

T = TypeVar("T")

_VERSION = 0x20080522  # of Linux's capget and capset, with two words of 32 rights each
_ABOVE_FILES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


def as_ordinary_user(work: Callable[[], T]) -> T:
    """What `work` gives, in a thread of its own which may not pass over the rights of files."""
    if os.geteuid() != 0:
        return work()
    if sys.platform != "linux":
        pytest.skip("root may read and write everything here")
    with ThreadPoolExecutor(1, initializer=_drop_rights) as thread:
        return thread.submit(work).result()


def _drop_rights() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    header, data = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, data) == 0
    for word in range(3):  # what counts, what may be taken, what goes on to other programs
        data[word] &= ~_ABOVE_FILES
    assert libc.capset(header, data) == 0
