"""What stands in the query of a request, as several interfaces write it."""

import re

from aiohttp import web

from tasktalk.interpreter.errors import Refused

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_LARGEST = 10**18 - 1


def number(request: web.Request, name: str, default: int) -> int:
    """A whole number from 1. Refuses `invalid_` and the name."""
    text = request.query.get(name)
    if text is None:
        return default
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        got = text[:40] or "nothing"
        raise Refused(f"invalid_{name}", f"Expected {name} to be a whole number from 1 to {_LARGEST}, got {got}")
    return int(text)


def words(request: web.Request, name: str) -> list[str]:
    """What is listed with commas, or by naming it several times."""
    return [word.strip() for text in request.query.getall(name, []) for word in text.split(",")]
