"""Ids: ULIDs in lower case, so that they sort by the time at which they were made."""

import os
from datetime import datetime
from itertools import count

from ulid import ULID

# Ids of one millisecond sort as they were made: a virtual clock stands still for a whole turn, and its events must not
# lose their order. 24 bits are more than any process makes in a millisecond.
_made = count()


def new_id(prefix: str, now: datetime) -> str:
    """A new id of the moment `now`: `cnv_01k…`, or the bare ULID when the prefix is empty."""
    made = (next(_made) & 0xFFFFFF).to_bytes(3, "big")
    ulid = ULID.from_bytes(int(now.timestamp() * 1000).to_bytes(6, "big") + made + os.urandom(7))
    text = str(ulid).lower()
    return f"{prefix}_{text}" if prefix else text


def least_id(prefix: str, moment: datetime) -> str:
    """What sorts before every id of the moment and of later ones, and behind all earlier ones."""
    return f"{prefix}_{ULID.from_bytes(int(moment.timestamp() * 1000).to_bytes(6, 'big') + bytes(10))}".lower()
