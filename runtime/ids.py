"""Ids: ULIDs in lower case, so that they sort by the time at which they were made."""

import os
from collections.abc import Iterator
from datetime import datetime
from itertools import count

from ulid import ULID

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [one + other for one in _DIGITS for other in _DIGITS]
# Ids of one millisecond sort as they were made: a virtual clock stands still for a whole turn, and its events must not
# lose their order. 24 bits are more than any process makes in a millisecond.
_made = count()

_RANDOM_BYTES = 7


def _chance() -> Iterator[bytes]:
    """Random bytes, asked of the system for many ids at a time: a call takes it longer than an id does to be made."""
    while True:
        block = os.urandom(_RANDOM_BYTES * 512)
        for start in range(0, len(block), _RANDOM_BYTES):
            yield block[start : start + _RANDOM_BYTES]


_random = _chance()


def new_id(prefix: str, now: datetime) -> str:
    """A new id of the moment `now`: `cnv_01k…`, or the bare ULID when the prefix is empty."""
    made = (next(_made) & 0xFFFFFF).to_bytes(3, "big")
    text = _spelled(int(now.timestamp() * 1000).to_bytes(6, "big") + made + next(_random))
    return f"{prefix}_{text}" if prefix else text


def _spelled(ulid: bytes) -> str:
    """As the library spells it, in a tenth of the time: ten bits become two digits."""
    number = int.from_bytes(ulid, "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


def least_id(prefix: str, moment: datetime) -> str:
    """What sorts before every id of the moment and of later ones, and behind all earlier ones."""
    return f"{prefix}_{ULID.from_bytes(int(moment.timestamp() * 1000).to_bytes(6, 'big') + bytes(10))}".lower()
