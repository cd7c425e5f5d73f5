"""The files that people send, given again; to scripts without a way over the network."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tasktalk.bots.channels.links import Linked, Links
from tasktalk.bots.outside.answers import Answer, too_long
from tasktalk.bots.outside.web import MOST_BYTES
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.files import FilesAway
from tasktalk.runtime.kept_files import KeptFiles, is_kept
from tasktalk.runtime.ports import Fetched, FileGone, Outside, Request

if TYPE_CHECKING:
    from tasktalk.bots.channels.configured import Channels

T = TypeVar("T")

_AGAIN: Final = "ask the person to send it once more"

_log = logging.getLogger("tasktalk.channels")


class _BrokenOff(Exception):
    """What comes of a file has no end."""


class SentFiles:
    """Gets files from the channels on which they came, or from where they are kept."""

    def __init__(self, channels: "Channels", links: Links, kept: KeptFiles, most_bytes: int) -> None:
        self._channels, self.links, self.kept, self.most_bytes = channels, links, kept, most_bytes

    async def fetch(self, found: Linked, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """What `take` makes of a file, under the name and as the kind of data that its link says.

        Refuses `file_too_large`, also while it comes, and an address that may not be asked. Raises FileGone, and
        ConnectionError where it cannot be had now.
        """
        file, name = found.file, found.file.name

        async def taking(fetched: Fetched) -> T:
            if fetched.size is not None and fetched.size > self.most_bytes:
                raise self._too_large()
            return await take(Fetched(name, file.mime_type, self._bounded(fetched.chunks), fetched.size))

        if is_kept(file.reference):
            size, chunks = await self.kept.read(file.reference)
            try:
                async with aclosing(chunks):
                    return await taking(Fetched(name, file.mime_type, chunks, size))
            except _BrokenOff as broken:
                _log.error("a file that is kept here cannot be read: %s", broken)
                raise ConnectionError("the place where this server keeps files cannot be read now") from None
        reference = await self.kept.referred(file.reference)
        adapter = self._channels.adapter(found.channel)
        if adapter is None:
            raise FileGone(f"the channel {found.channel}, on which this file came, is not there any more")
        try:
            return await adapter.fetch(reference, taking)
        except _BrokenOff:
            raise ConnectionError(f"what {found.channel} sends of this file breaks off") from None

    async def _bounded(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        size = 0
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.most_bytes:
                    raise self._too_large()
                yield chunk
        except (ConnectionError, FilesAway) as error:
            raise _BrokenOff(str(error)) from None

    def _too_large(self) -> Refused:
        return Refused("file_too_large", f"A file can have {self.most_bytes:,} bytes at most")


class WithSentFiles:
    """Other services for scripts, among which a link to a file that somebody sent is one of our own: it is never asked
    for over the network, so it needs no address that scripts may reach."""

    def __init__(self, files: SentFiles, others: Outside) -> None:
        self._files, self._others = files, others

    async def ask(self, request: Request) -> Any:
        """As `Outside.ask`: what a file has in it, read as an answer would be."""
        if (found := await self._own(request)) is None:
            return await self._others.ask(request)
        host = found.channel

        async def take(fetched: Fetched) -> Any:
            data = bytearray()
            async for chunk in fetched.chunks:
                data += chunk
                if len(data) > MOST_BYTES:
                    raise too_long(host)
            is_json = fetched.mime_type is not None and fetched.mime_type.endswith("json")
            return Answer(host, 200, is_json, data.decode("utf-8-sig", "replace")).value("GET")

        return await self._got(found, take)

    async def fetch(self, request: Request, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """As `Outside.fetch`."""
        if (found := await self._own(request)) is None:
            return await self._others.fetch(request, take)
        return await self._got(found, take)

    async def _own(self, request: Request) -> Linked | None:
        return await self._files.links.named(request.address) if request.verb == "GET" else None

    async def _got(self, found: Linked, take: Callable[[Fetched], Awaitable[T]]) -> T:
        try:
            return await self._files.fetch(found, take)
        except FileGone as gone:
            raise Refused("http-error", sentence(gone), _AGAIN) from None
        except ConnectionError as away:
            hint = "try it again later, and write TRY … CATCH around it"
            raise Refused("no-connection", f"the file cannot be had: {away}", hint) from None


def sentence(gone: FileGone) -> str:
    """Why a file cannot be had."""
    said = str(gone)
    return said[:1].upper() + said[1:]
