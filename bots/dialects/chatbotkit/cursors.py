"""Cursors: where a page ended, as the document writes it: {"id": "task_…"} in base64url without padding."""

import base64
import json
import re

from tasktalk.interpreter.errors import Refused

_CURSOR = re.compile(r"[\w-]{1,400}", re.ASCII)


def written(last_id: str) -> str:
    """The cursor behind the thing with this id."""
    text = json.dumps({"id": last_id}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str) -> str:
    """The id in it. Raises Refused `invalid_cursor`."""
    try:
        if not _CURSOR.fullmatch(cursor):
            raise ValueError
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _id(found)
    except (ValueError, RecursionError):
        raise Refused("invalid_cursor", f"cursor is none of those that lists give, got {cursor[:40]}") from None


def _id(found: object) -> str:
    given = found.get("id") if isinstance(found, dict) and len(found) == 1 else None
    if not isinstance(given, str) or not re.fullmatch(r"\w{1,80}", given, re.ASCII):
        raise ValueError
    return given
