"""Ids: ULIDs in lower case, so that they sort by the time at which they were made."""

import os
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import count

from ulid import ULID

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [one + other for one in _DIGITS for other in _DIGITS]
# Ids of one millisecond sort as they were made: a virtual clock stands still for a whole turn, and its events must not
# lose their order. Five digits (25 bits) are more than any process makes in a millisecond.
_made = count()

_RANDOM_DIGITS = 11
_ANY_DIGIT = (_DIGITS * 8).encode()  # one for each byte


def _chance() -> Iterator[str]:
    """Random digits, asked of the system for many ids at a time: a call takes it longer than an id does to be made."""
    while True:
        block = os.urandom(_RANDOM_DIGITS * 512).translate(_ANY_DIGIT).decode()
        for start in range(0, len(block), _RANDOM_DIGITS):
            yield block[start : start + _RANDOM_DIGITS]


_random = _chance()


def new_id(prefix: str, now: datetime) -> str:
    """A new id of the moment `now`: `cnv_01k…`, or the bare ULID when the prefix is empty."""
    number = next(_made) & 0x1FFFFFF
    made = f"{_PAIRS[number >> 15]}{_PAIRS[number >> 5 & 1023]}{_DIGITS[number & 31]}"
    text = f"{_of_moment(now)}{made}{next(_random)}"
    return f"{prefix}_{text}" if prefix else text


def _of_moment(now: datetime) -> str:
    """How the ids of a moment begin."""
    milliseconds = int(now.timestamp() * 1000)
    return f"{_first_digits(milliseconds >> 10)}{_PAIRS[milliseconds & 1023]}"


@lru_cache(maxsize=64)
def _first_digits(number: int) -> str:
    """All but the last two digits of a moment: for a second they are the same."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(30, -1, -10)])


def least_id(prefix: str, moment: datetime) -> str:
    """What sorts before every id of the moment and of later ones, and behind all earlier ones."""
    return f"{prefix}_{ULID.from_bytes(int(moment.timestamp() * 1000).to_bytes(6, 'big') + bytes(10))}".lower()
