"""Which pages may use what needs no token: the server's own, never another site's."""

from aiohttp import web
from yarl import URL


def is_same_origin(request: web.Request) -> bool:
    """Whether a page of this server sends this, or a program that is no browser, which names no origin."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
    try:
        url = URL(origin)
    except ValueError:
        return False
    return bool(url.host) and url.authority.lower() == request.host.lower()
