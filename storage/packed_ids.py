"""How SQLite keeps the ids of talks: in 16 bytes, where their text takes 30, and each stands in several indexes.

People's files are full of these bytes: what is written here for an id must be read as that id for ever.
"""

from functools import lru_cache

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # of a ULID
_PAIRS = [one + other for one in _DIGITS for other in _DIGITS]
_OF_INT = b"0123456789abcdefghijklmnopqrstuv"  # the digits to the base 32 that `int` knows
_AS_INT = bytes(_OF_INT[_DIGITS.index(chr(code))] if chr(code) in _DIGITS else 0 for code in range(256))
_KINDS = {"con_": 1, "cnv_": 2, "ses_": 3, "msg_": 4, "trn_": 5}
_PREFIXES = {kind: prefix for prefix, kind in _KINDS.items()}
_BITS = 124  # of the 128 that a ULID has; the others are 0 until the year 2527, and there is room for the kind
_HASH = b"\xff"  # before the bytes of a program's id
_REMEMBERED = 4096  # a turn writes and reads the same few again and again


def packed(text: str) -> bytes | str:
    """The bytes for the id of a contact, conversation, session, message, turn or program; any other text as it is.

    Of two ids of one kind, the bytes are in the order of the texts.
    """
    return _packed(text) if len(text) in (30, 32) else text  # what is remembered is no longer than that


@lru_cache(maxsize=_REMEMBERED)
def _packed(text: str) -> bytes | str:
    kind = _KINDS.get(text[:4])
    try:
        if kind is not None and len(text) == 30:
            number = int(text[4:].encode("ascii").translate(_AS_INT), 32)
            return text if number >> _BITS else (kind << _BITS | number).to_bytes(16, "big")
        if len(text) == 32 and (digits := bytes.fromhex(text)).hex() == text:
            return _HASH + digits
    except ValueError:
        pass  # other characters than such an id has
    return text


@lru_cache(maxsize=_REMEMBERED)
def unpacked(kept: bytes) -> str:
    """The id of which `packed` made the bytes. Raises ValueError for others."""
    if len(kept) == 17 and kept[:1] == _HASH:
        return kept[1:].hex()
    prefix = _PREFIXES.get(kept[0] >> 4) if len(kept) == 16 else None
    if prefix is None:
        raise ValueError("these bytes are no id")
    number = int.from_bytes(kept, "big") & ((1 << _BITS) - 1)
    return prefix + "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
