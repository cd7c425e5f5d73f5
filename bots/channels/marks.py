"""What the server gives out and knows again when it comes back: packed as letters, digits, - and _, beside a mark that
only the holder of a key can make."""

import base64
import hashlib
import hmac
import json
from typing import Any, Final

_MARK_BYTES: Final = 16


def packed(value: Any) -> str:
    """Data of JSON in one word."""
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _word(said.encode("utf-8", "replace"))


def unpacked(word: str) -> Any:
    """What was packed. Nobody else's word is to be given to this: look at its mark before."""
    return json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))


def marked(key: bytes, *said: str) -> str:
    """The mark of these texts in their order; none of them has a NUL in it."""
    signed = "\0".join(said).encode("utf-8", "surrogateescape")
    return _word(hmac.new(key, signed, hashlib.sha256).digest()[:_MARK_BYTES])


def is_marked(given: str, key: bytes, *said: str) -> bool:
    """Whether that is their mark, in a time that does not tell how much of it is."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), marked(key, *said).encode())


def _word(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
