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
# lose their order. 24 bits are more than any process makes in a millisecond.
_made = count()

_RANDOM_BYTES = 7
_RANDOM_BITS = 8 * _RANDOM_BYTES


def _chance() -> Iterator[int]:
    """Random numbers, asked of the system for many ids at a time: a call takes it longer than an id does to be made."""
    while True:
        block = os.urandom(_RANDOM_BYTES * 512)
        for start in range(0, len(block), _RANDOM_BYTES):
            yield int.from_bytes(block[start : start + _RANDOM_BYTES], "big")


_random = _chance()


def new_id(prefix: str, now: datetime) -> str:
    """A new id of the moment `now`: `cnv_01k…`, or the bare ULID when the prefix is empty."""
    text = _of_moment(now) + _spelled((next(_made) & 0xFFFFFF) << _RANDOM_BITS | next(_random), 80)
    return f"{prefix}_{text}" if prefix else text


@lru_cache(maxsize=64)
def _of_moment(now: datetime) -> str:
    """How the ids of a moment begin: what is made by one turn or request is of one, and has several."""
    return _spelled(int(now.timestamp() * 1000), 50)


def _spelled(number: int, bits: int) -> str:
    """So many bits of a ULID as the library spells them, in a tenth of the time: ten bits become two digits."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(bits - 10, -1, -10)])


def least_id(prefix: str, moment: datetime) -> str:
    """What sorts before every id of the moment and of later ones, and behind all earlier ones."""
    return f"{prefix}_{ULID.from_bytes(int(moment.timestamp() * 1000).to_bytes(6, 'big') + bytes(10))}".lower()
