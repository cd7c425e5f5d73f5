"""Which other sites' pages may use an interface from a browser: those that are named. Cookies are no part of it."""

import re
from typing import Final

from aiohttp import web

ALLOWED: Final = web.RequestKey("origins", frozenset[str])
"""The origins whose pages may read the answer to this request; where it is not set, there is none."""

_NAMES = re.compile(r"[\w!#$%&'*+.^`|~-]+(\s*,\s*[\w!#$%&'*+.^`|~-]+)*", re.ASCII)
_KEPT_SECONDS = "600"


def tell(request: web.Request, response: web.StreamResponse) -> None:
    """Says to a browser what the page may do that asks: before the answer's head is sent."""
    allowed = request.get(ALLOWED)
    if not allowed:
        return
    response.headers.add("Vary", "Origin")
    origin = request.headers.get("Origin")
    if origin is None or origin not in allowed:
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    if request.method != "OPTIONS":
        response.headers["Access-Control-Expose-Headers"] = ", ".join(dict.fromkeys(response.headers))
        return
    response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
    response.headers["Access-Control-Max-Age"] = _KEPT_SECONDS
    asked = request.headers.get("Access-Control-Request-Headers", "").strip()
    if _NAMES.fullmatch(asked):
        response.headers["Access-Control-Allow-Headers"] = asked
