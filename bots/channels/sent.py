"""What a call from outside carries, by its Content-Type: JSON, the fields of a form, or text."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tasktalk.bots.api.body import LIMIT_BYTES, check_length, json_value, read_text, too_large
from tasktalk.bots.api.problems import Problem
from tasktalk.runtime.answers.texts import fitting

MOST_FIELDS = 1000


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
    check_length(request)
    size, found = 0, list[tuple[str, str]]()
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or part.filename is not None:
                raise Problem("unsupported_media_type", "Files cannot be sent: send the form's other fields alone")
            if len(found) == MOST_FIELDS:
                raise _too_many_fields()
            value = bytearray()
            while chunk := await part.read_chunk():
                value += chunk
                size += len(chunk)
                if size > LIMIT_BYTES:
                    raise too_large()
            if part.name is not None:
                found.append((part.name, value.decode()))
    except UnicodeDecodeError:
        raise Problem("invalid_request", "The form is not UTF-8") from None
    except (ValueError, RuntimeError, web.RequestPayloadError, web.HTTPException):
        raise Problem("invalid_request", "The form could not be read: its parts are broken") from None
    return [(_storable(name), value) for name, value in found]


def _storable(value: Any) -> Any:
    """The value; JSON can spell half of a character, which no database takes."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Problem("invalid_request", "The body has half of a character in it") from None
    return value


def _too_many_fields() -> Problem:
    return Problem("invalid_request", "The form has too many fields")
