"""Reads a request's JSON: whatever is sent, the outcome is an object that can be stored, or a Problem."""

import json
import math
from typing import Any, Final, NoReturn

from aiohttp import StreamReader, web

from tasktalk.bots.api.problems import Problem

LIMIT_BYTES = 1024 * 1024
LIMIT_NESTING = 100
MOST_BYTES: Final = web.RequestKey("most_bytes", int)
"""How large the body of this request may be, where it is not LIMIT_BYTES."""
_READ: Final = web.RequestKey("body", bytes)
_BLANKS: Final = " \t\r\n"
"""What JSON takes for nothing; Python's own blanks are more, control characters among them."""


async def json_object(request: web.Request, *, may_be_empty: bool = False) -> dict[str, Any]:
    """The body, a JSON object in UTF-8; of an empty body, if it may be, an empty one.

    Raises Problem `request_too_large` (before more than the limit is in memory) or `invalid_request`.
    """
    text = await read_text(request)
    if not text.strip(_BLANKS):
        if may_be_empty:
            return {}
        raise Problem("invalid_request", "The body is empty: a JSON object is needed")
    value = json_value(text)
    if not isinstance(value, dict):
        raise Problem("invalid_request", "The body must be a JSON object")
    return value


async def read_text(request: web.Request) -> str:
    """The body, which is UTF-8. Raises Problem `request_too_large` or `invalid_request`."""
    try:
        return (await read_bytes(request)).decode()
    except UnicodeDecodeError:
        raise Problem("invalid_request", "The body is not UTF-8") from None


def json_value(text: str, what: str = "body") -> Any:
    """What JSON says, fit to be stored; raises Problem `invalid_request`, which calls it by `what` it is."""
    if text.startswith("\ufeff"):
        raise Problem("invalid_request", f"The {what} begins with a byte order mark (U+FEFF): leave it out")
    try:
        value = strict_json(text)
    except RecursionError:
        raise _too_deep(what) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem("invalid_request", f"The {what} is not JSON: {error.msg.lower()} at {where}") from None
    except ValueError as error:
        # Python's own is of a number with more than 4,300 digits, and is for those who know Python.
        wrong = error if isinstance(error, _NoNumber) else "a number has too many digits"
        raise Problem("invalid_request", f"The {what} is not JSON that can be kept: {wrong}") from None
    if text.count("[") + text.count("{") > LIMIT_NESTING:
        _check_nesting(value, what)
    return value


def strict_json(text: str | bytes) -> Any:
    """What JSON says; ValueError also for numbers that Python alone reads in it, and RecursionError."""
    return _STRICT.decode(text if isinstance(text, str) else text.decode(json.detect_encoding(text), "surrogatepass"))


async def read_bytes(request: web.Request) -> bytes:
    """The body, which can be read again. Raises Problem `request_too_large` or `invalid_request`."""
    content = request.content
    read: bytes | None = request.get(_READ) if content.at_eof() else None
    if read is not None:
        return read
    most = request.get(MOST_BYTES, LIMIT_BYTES)
    if (request.content_length or 0) > most:
        raise _too_large(most)
    try:
        data = content.read_nowait() if content.is_eof() else await _coming(content, most)
    except web.RequestPayloadError:
        raise Problem("invalid_request", "The body could not be read: its encoding is broken") from None
    if len(data) > most:
        raise _too_large(most)
    request[_READ] = data
    return data


async def _coming(content: StreamReader, most: int) -> bytes:
    """A body that is still on its way."""
    data = bytearray()
    while not content.at_eof() and len(data) <= most:
        data += await content.readany()
    return bytes(data)


def _check_nesting(value: object, what: str) -> None:
    level: list[object] = [value]
    for _ in range(LIMIT_NESTING + 1):  # the last round finds what the deepest holds
        level = [
            item
            for holder in level
            if isinstance(holder, dict | list)
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
        if not level:
            return
    raise _too_deep(what)


class _NoNumber(ValueError):
    """What is wrong with a number, in words for whoever has sent it."""


def _not_a_number(text: str) -> NoReturn:
    raise _NoNumber(f"{text} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _NoNumber(f"the number {text[:20]} is too large")
    return number


def _too_large(most: int) -> Problem:
    return Problem("request_too_large", f"The body must be at most {most:,} bytes", {"Connection": "close"})


def _too_deep(what: str) -> Problem:
    return Problem("invalid_request", f"The {what} is nested more than {LIMIT_NESTING} deep")


_STRICT: Final = json.JSONDecoder(parse_constant=_not_a_number, parse_float=_finite)
