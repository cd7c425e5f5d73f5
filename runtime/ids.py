"""Ids: ULIDs in lower case, so that they sort by the time at which they were made."""

import os
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import count

from ulid import ULID

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [one + other for one in _DIGITS for other in _DIGITS]
_BY_CHANCE = bytes(ord(_DIGITS[byte % 32]) for byte in range(256))
_CHANCES = 11  # digits of an id


def _endings() -> Iterator[str]:
    """What the ids of all moments end with: a number that grows with each, and chance.

    Ids of one millisecond sort as they were made: a virtual clock stands still for a whole turn, and its events must
    not lose their order. 25 bits are more than any process makes in a millisecond. Chance is asked of the system for
    many ids at a time: a call takes it longer than an id does to be made.
    """
    for block in count():
        begin = _spelled(block & 0x7FFF, 15)
        chances = os.urandom(_CHANCES * len(_PAIRS)).translate(_BY_CHANCE).decode()
        for number, pair in enumerate(_PAIRS):
            yield begin + pair + chances[_CHANCES * number : _CHANCES * (number + 1)]


_ending = _endings()


def new_id(prefix: str, now: datetime) -> str:
    """A new id of the moment `now`: `cnv_01k…`, or the bare ULID when the prefix is empty."""
    at = int(now.timestamp() * 1000)
    text = _of_minutes(at >> 20) + _PAIRS[at >> 10 & 1023] + _PAIRS[at & 1023] + next(_ending)
    return f"{prefix}_{text}" if prefix else text


@lru_cache(maxsize=64)
def _of_minutes(part: int) -> str:
    """How the ids of some minutes begin."""
    return _spelled(part, 30)


def _spelled(number: int, bits: int) -> str:
    """So many bits of a ULID, five to a digit."""
    return "".join([_DIGITS[number >> shift & 31] for shift in range(bits - 5, -1, -5)])


def least_id(prefix: str, moment: datetime) -> str:
    """What sorts before every id of the moment and of later ones, and behind all earlier ones."""
    return f"{prefix}_{ULID.from_bytes(int(moment.timestamp() * 1000).to_bytes(6, 'big') + bytes(10))}".lower()
