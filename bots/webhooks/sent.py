"""What a call from outside carries, by its Content-Type: JSON, the fields of a form, or text."""

import json
import re
from collections.abc import Iterable
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tasktalk.bots.api.body import json_value, read_bytes, read_text
from tasktalk.bots.api.problems import Problem
from tasktalk.runtime.answers.texts import fitting

MOST_FIELDS = 1000
_PLACE = re.compile(r"^content-disposition:[ \t]*form-data([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r';[ \t]*name="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(r";[ \t]*filename\*?=", re.IGNORECASE)


async def body_of(request: web.Request) -> Any:
    """What was sent; None for nothing. Raises Problem."""
    kind = request.content_type
    if kind == "multipart/form-data":
        return record(await _parts(request))
    sent = await read_text(request)
    if not sent.strip():
        return None
    # Programs such as curl call everything a form, and no form begins like this.
    looks_like_json = kind != "text/plain" and sent.lstrip()[0] in "{["
    if kind == "application/json" or kind.endswith("+json") or looks_like_json:
        return _storable(fitting(json_value(sent)))
    if kind == "application/x-www-form-urlencoded":
        try:
            return record(parse_qsl(sent, keep_blank_values=True, max_num_fields=MOST_FIELDS))
        except ValueError:
            raise _too_many_fields() from None
    return sent


async def fields_of(request: web.Request) -> dict[str, Any]:
    """The fields of a form, or of a JSON object. Raises Problem."""
    found = await body_of(request)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Problem("invalid_request", "Expected the fields of a form, or a JSON object")
    return found


def record(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """A record of fields; one that comes several times is a list."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


async def _parts(request: web.Request) -> list[tuple[str, str]]:
    """The fields of a multipart form, in order; it may have no files."""
    # aiohttp's own reader is for streams, and warns of itself; this body is in memory and small.
    raw, boundary = await read_bytes(request), _boundary(request.headers["Content-Type"])
    _, *pieces = (b"\r\n" + raw).split(b"\r\n--" + boundary)
    if not boundary or not pieces or not pieces.pop().startswith(b"--"):
        raise _broken()
    if len(pieces) > MOST_FIELDS:
        raise _too_many_fields()
    try:
        return [_part(piece.decode()) for piece in pieces]
    except UnicodeDecodeError:
        raise Problem("invalid_request", "The form is not UTF-8") from None


def _part(piece: str) -> tuple[str, str]:
    gap, _, rest = piece.partition("\r\n")
    head, end, value = rest.partition("\r\n\r\n")
    place = _PLACE.search(head)
    name = _NAME.search(place[1]) if place else None
    if gap.strip(" \t") or not end or place is None or name is None:
        raise _broken()
    if _FILE.search(place[1]):
        raise Problem("unsupported_media_type", "Files cannot be sent: send the form's other fields alone")
    return name[1].replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n"), value


def _boundary(kind: str) -> bytes:
    header = Message()
    header["Content-Type"] = kind
    return str(header.get_param("boundary") or "").encode("utf-8", "replace")


def _broken() -> Problem:
    return Problem("invalid_request", "The form could not be read: its parts are broken")


def _storable(value: Any) -> Any:
    """The value; JSON can spell half of a character, which no database takes."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Problem("invalid_request", "The body has half of a character in it") from None
    return value


def _too_many_fields() -> Problem:
    return Problem("invalid_request", "The form has too many fields")
