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


_blocks = count()
_left: Iterator[str] = iter(())  # of the latest block


def _next_block() -> str:
    """The first of many endings of ids: a number that grows with each, and chance.

    Ids of one millisecond sort as they were made: a virtual clock stands still for a whole turn, and its events must
    not lose their order. 25 bits are more than any process makes in a millisecond. Chance is asked of the system for
    many ids at a time: a call takes it longer than an id does to be made. This is no generator: an error in one, as of
    a script that is nested too deep, would be its end.
    """
    global _left  # noqa: PLW0603 - there is one line of ids in a process
    begin = _spelled(next(_blocks) & 0x7FFF, 15)
    chances = os.urandom(_CHANCES * len(_PAIRS)).translate(_BY_CHANCE).decode()
    made = [begin + pair + chances[_CHANCES * n : _CHANCES * (n + 1)] for n, pair in enumerate(_PAIRS)]
    _left = iter(made[1:])
    return made[0]


def new_id(prefix: str, now: datetime) -> str:
    """A new id of the moment `now`: `cnv_01k…`, or the bare ULID when the prefix is empty."""
    text = _of_moment(now) + (next(_left, None) or _next_block())
    return f"{prefix}_{text}" if prefix else text


@lru_cache(maxsize=64)
def _of_moment(moment: datetime) -> str:
    """How the ids of a moment begin: a turn makes several of one."""
    at = int(moment.timestamp() * 1000)
    return _of_seconds(at >> 10) + _PAIRS[at & 1023]


@lru_cache(maxsize=64)
def _of_seconds(part: int) -> str:
    """How the ids of about a second begin."""
    return _spelled(part, 40)


def _spelled(number: int, bits: int) -> str:
    """So many bits of a ULID, five to a digit."""
    return "".join([_DIGITS[number >> shift & 31] for shift in range(bits - 5, -1, -5)])


def least_id(prefix: str, moment: datetime) -> str:
    """What sorts before every id of the moment and of later ones, and behind all earlier ones."""
    return f"{prefix}_{ULID.from_bytes(int(moment.timestamp() * 1000).to_bytes(6, 'big') + bytes(10))}".lower()
