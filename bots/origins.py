"""Who may use what needs no token: pages of the server's own, never another site's, and this machine's own users."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from aiohttp import web
from multidict import istr
from yarl import URL

_OF_PROXIES: Final = tuple(map(istr, ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")))
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


def is_asked_by_loopback(request: web.Request) -> bool:
    """Whether the host for which a request is means this machine alone."""
    return _is_loopback_with_port(request.host)


@lru_cache(maxsize=64)  # every request asks, and nearly all of them for the same host
def _is_loopback_with_port(authority: str) -> bool:
    try:
        host = URL.build(scheme="http", authority=authority).host
    except ValueError:  # an address of version 6 by itself, or nothing that could be a host
        host = authority
    return is_loopback(host or "")


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
    return is_asked_by_loopback(request) and not any(map(request.headers.__contains__, _OF_PROXIES))


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
