"""Which web addresses scripts and webhooks may reach: the public internet's, and private hosts that a server allows.

What a name or a number in an address means is decided once, by whoever connects; the address that is connected to is
the one that is looked at here. So no spelling of an address and no change of a name's meaning gets around it.
"""

import re
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

from tasktalk.interpreter.errors import Refused

MOST_CHARACTERS = 8000

_NOT_PUBLIC_4 = tuple(
    IPv4Network(written)
    for written in (
        "0.0.0.0/8",  # this machine
        "10.0.0.0/8",
        "100.64.0.0/10",  # of providers, and metadata of clouds
        "127.0.0.0/8",
        "168.63.129.16/32",  # metadata of a cloud
        "169.254.0.0/16",  # link-local, and metadata of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # metadata of a cloud
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays into IPv6
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# Everything outside of it is this machine, private, link-local, multicast, or another way to write an IPv4 address.
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(written)
    for written in (
        "2001::/23",  # among them tunnels to IPv4 addresses
        "2001:db8::/32",
        "2002::/16",  # tunnels to IPv4 addresses
        "3fff::/20",
    )
)


def is_public(written: str) -> bool:
    """Whether an IP address, as an operating system writes it, is one of the public internet."""
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)
    return not any(address in network for network in _NOT_PUBLIC_4)


def checked(written: str) -> URL:
    """A web address in its proper spelling, without what is behind #. Refuses `invalid-url`."""
    if len(written) > MOST_CHARACTERS or re.search(r"[\x00-\x1f\x7f\\]", written):
        raise _no_address(written)
    try:
        url = URL(written.strip())
        is_right = url.scheme in {"http", "https"} and bool(url.raw_host) and url.port is not None
    except (ValueError, TypeError):  # yarl has both
        is_right = False
    if not is_right:
        raise _no_address(written)
    if "@" in url.raw_authority:
        hint = 'write SET HEADER "Authorization", "Basic " + BASE64(name + ":" + password) before it'
        raise Refused("invalid-url", "a web address has no name and password in it here", hint)
    return URL(f"{url.origin()}{url.raw_path_qs}", encoded=True)


def is_web_address(value: object) -> bool:
    """Whether a value that comes from outside is one."""
    try:
        return isinstance(value, str) and bool(checked(value))
    except Refused:
        return False


def _no_address(written: str) -> Refused:
    # What is behind ? or before @ may be secret.
    shown = re.split(r"[?#@]", written)[0] if "@" not in written else ""
    shown = "".join(c if c.isprintable() else "�" for c in shown[:80])
    return Refused(
        "invalid-url",
        f'"{shown}" is no web address' if shown else "this is no web address",
        'it has to begin with https:// or http://, such as "https://example.com/prices"',
    )


def is_allowed(url: URL, hosts: Collection[str]) -> bool:
    """Whether this host may be asked whatever its address is; `hosts` are `host` or `host:port`."""
    host = (url.host or "").rstrip(".").lower()
    return host in hosts or f"{host}:{url.port}" in hosts


def is_of(written: str, domains: Collection[str], own: str) -> bool:
    """Whether an address is an https one of a domain or of what is below it, or has the origin of `own`."""
    try:
        url, ours = checked(written), checked(own)
    except Refused:
        return False
    host = (url.host or "").rstrip(".").lower()
    is_below = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    return url.origin() == ours.origin() or (is_below and url.scheme == "https")


def forbidden(url: URL) -> Refused:
    """What is said of an address that only the server's own network has."""
    return Refused(
        "forbidden-address",
        f"{url.host} is an address inside of the server's own network, which is not asked from here",
        "whoever runs the server can allow it: tasktalk serve --allow-private HOST",
    )


def forbid_private(url: URL, hosts: Collection[str]) -> None:
    """Refuses `forbidden-address` where that is seen without asking anybody: for numbers, and this machine's name."""
    host = (url.host or "").rstrip(".").lower()
    is_number = re.fullmatch(r"[0-9a-f:.]*:[0-9a-f:.]*(%.*)?|[0-9.]+", host) is not None
    is_here = host == "localhost" or host.endswith(".localhost") or (is_number and not is_public(host))
    if is_here and not is_allowed(url, hosts):
        raise forbidden(url)
