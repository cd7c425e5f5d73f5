"""Who may use what needs no token: pages of the server's own, never another site's, and this machine's own users."""

from ipaddress import ip_address
from typing import Final

from aiohttp import web
from yarl import URL

_OF_PROXIES: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
"""Headers of requests that were handed on."""


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


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_for_the_world(public_url: str | None) -> bool:
    """Whether this is the address of a server that others than this machine's own users reach."""
    return public_url is not None and not is_loopback(URL(public_url).host or "")


def is_of_this_machine(request: web.Request) -> bool:
    """Whether one of this machine's own users sends this, if the server listens on loopback and no proxy is in front
    that keeps it to itself: most hand on under a name that means loopback, and some add nothing that tells of them."""
    return is_loopback(request.url.host or "") and not any(name in request.headers for name in _OF_PROXIES)


def address_of(request: web.Request) -> str | None:
    """From where a request comes: as the proxy says before this server, which is known by a private address. None for
    this machine's own users."""
    peer = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        is_near = ip_address(peer).is_private
    except ValueError:
        is_near = True
    if is_near and forwarded:
        return forwarded
    return None if is_loopback(peer) else peer
