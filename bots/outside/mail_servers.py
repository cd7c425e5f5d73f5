"""How whoever hosts names a mail server and an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

LOOPBACK: Final = frozenset(["localhost", "127.0.0.1", "::1"])
SMTP: Final[Mapping[str, int]] = {"smtp": 587, "smtps": 465}
IMAP: Final[Mapping[str, int]] = {"imap": 143, "imaps": 993}
"""The ports by what a URL begins with; TLS is from the first byte on where that ends with s."""
_ADDRESS: Final = re.compile(r"""[^\s@<>()\[\],;:"\\]{1,64}@[^\s@<>()\[\],;:"\\]{1,190}""")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where a mail server is, and who logs in."""

    host: str
    port: int
    user: str | None
    is_tls: bool


def server_at(url: str, ports: Mapping[str, int], called: str, instead: str) -> MailServer:
    """The server that a URL names, such as smtps://USER@HOST.

    Raises ValueError with what is wrong with `called`; `instead` says where the password belongs.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    plain, at_once = ports
    if parts.scheme not in ports or not host or parts.path.strip("/") or parts.query or parts.fragment:
        # What is no right URL may have a password in it: it is not shown.
        example = f"{plain}://user@mail.example.com:{ports[plain]} ({at_once}:// for TLS at once)"
        raise ValueError(f"expected {called} to be such as {example}")
    if parts.password is not None:
        raise ValueError(f"a password does not belong into {called}, where others see it: {instead}")
    user = unquote(parts.username) if parts.username else None
    return MailServer(host, port or ports[parts.scheme], user, is_tls=parts.scheme == at_once)


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address, and cannot be anything more where it is written."""
    return _ADDRESS.fullmatch(text) is not None and text.isprintable()
