"""Where whoever has the link gets a file that somebody sent: /channels/NAME/files/TOKEN/FILENAME."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator

from aiohttp import web

from tasktalk.bots.api.exports import as_file, streamed
from tasktalk.bots.api.problems import RETRY_SECONDS, Problem
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.channels.sent_files import SentFiles, sentence
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ports import Fetched, FileGone

_log = logging.getLogger("tasktalk.channels")


_NOWHERE = frozenset(["forbidden-address", "invalid-url"])
"""What an address is refused by that somebody sent as a file's: for whoever opens its link, there is none."""


def endpoint(files: SentFiles) -> Endpoint:
    """The files of all channels, below the place of each."""

    async def download(request: web.Request) -> web.StreamResponse:
        told = request.match_info
        found = await files.links.at(told["name"], told["token"], told["filename"])
        if found is None:
            raise Problem("not_found", "There is no such file")

        async def take(fetched: Fetched) -> web.StreamResponse:
            # Whoever has the link gets the file: a page of another site that shows the talk may show its pictures.
            others = {"Cache-Control": "private", "Cross-Origin-Resource-Policy": "cross-origin"}
            headers = {**as_file(fetched.name or "file"), **others}
            kind = fetched.mime_type or "application/octet-stream"
            return await streamed(request, _pieces(fetched.chunks), kind, headers, fetched.size)

        try:
            return await files.fetch(found, take)
        except FileGone as gone:
            raise Problem("not_found", sentence(gone)) from None
        except Refused as refused:
            if refused.code not in _NOWHERE:
                raise
            raise Problem("not_found", refused.message) from None
        except ConnectionError as away:
            _log.warning("a file of %s cannot be had: %s", found.channel, away)
            message = "The file cannot be had at this moment; try it again"
            raise Problem("unavailable", message, {"Retry-After": str(RETRY_SECONDS)}) from None

    return Endpoint("/{name}/files/{token}/{filename}", {"GET": download})


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncGenerator[str | bytes]:
    async for chunk in chunks:
        yield chunk
