"""The links to files that people send: signed, so that only what was given out is served, and nobody can guess one.

A link says whose file it is, in words that its channel understands, so nothing has to be kept for it.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from tasktalk.bots.channels.marks import is_marked, marked, packed, unpacked
from tasktalk.runtime.ports import FileKind, InboundFile

PATH: Final = "/channels"
NOWHERE: Final = "http://files.invalid"
"""Where links seem to lead while nobody has said where the world reaches the server: only scripts can use them."""
_LONGEST_NAME: Final = 80  # bytes in UTF-8, each of which may take three characters
_PLACE: Final = re.compile(
    rf"https?://[^/?#@\s]+(?:/[^?#\s]*)?{PATH}/([A-Za-z0-9_-]+)/files/([A-Za-z0-9_.-]+)/([^/?#\s]+)", re.ASCII
)
_KINDS: Final[dict[str, FileKind]] = {kind: kind for kind in ("file", "image", "audio", "video")}


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link leads to."""

    channel: str
    file: InboundFile


class Links:
    """Gives links, and knows again those that it gave. `public_url` is where the world reaches the server."""

    def __init__(self, key: Callable[[], Awaitable[bytes]]) -> None:
        """`key` gives that which the links are signed with."""
        self._key = key
        self.public_url: str | None = None

    async def address(self, channel: str, file: InboundFile) -> str:
        """The link to a file that came in on a channel: the same for the same file."""
        name = _short(file.name or "file")
        token = packed([file.kind, file.reference, file.mime_type])
        mark = marked(await self._key(), channel, token, name)
        return f"{self.public_url or NOWHERE}{PATH}/{channel}/files/{token}.{mark}/{quote(name, safe='')}"

    async def named(self, address: str) -> Linked | None:
        """What a web address leads to, if it is a link that was given here, wherever the world reached the server
        then: its mark cannot be forged."""
        place = _PLACE.fullmatch(address)
        return None if place is None else await self.at(place[1], place[2], unquote(place[3]))

    async def at(self, channel: str, token: str, name: str) -> Linked | None:
        """What a link leads to whose parts these are."""
        said, _, given = token.partition(".")
        if not is_marked(given, await self._key(), channel, said, name):
            return None
        kind, reference, mime_type = unpacked(said)
        return Linked(channel, InboundFile(_KINDS[kind], reference, name, mime_type))


def _short(name: str) -> str:
    """The name, shortened before its ending."""
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = f"{dot}{ending}" if stem and len(ending.encode()) <= 10 else ""
    return name.encode()[: _LONGEST_NAME - len(kept.encode())].decode(errors="ignore") + kept
