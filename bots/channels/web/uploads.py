"""The files that people send on the web: their bytes come before the message that they go with, which names each by a
word that this server gave for it.

The word has all that is known of the file, under a mark for the one talk that it is for, so nothing is noted before
that message comes, and any process, also after a restart, knows it again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.uploads import uploaded
from tasktalk.bots.channels.marks import is_marked, marked, packed, unpacked
from tasktalk.bots.channels.web.protocol import reached
from tasktalk.runtime.ports import FileGone, InboundFile
from tasktalk.runtime.sent_files import MOST_FILES, cleaned, described, kind_of
from tasktalk.runtime.signing_keys import SigningKey

_NOT_OURS: Final = "expected files to have what POST …/files gave as file, for this bot and this person"


class Uploads:
    """Takes files in, and knows them again."""

    def __init__(self, services: Services) -> None:
        self._sent = services.sent_files
        self._store = services.files if self._sent is not None else None
        self._key = SigningKey(services.database, services.clock, "uploads").get

    @property
    def limits(self) -> dict[str, int] | None:
        """How many files a message may have, and of how many bytes each; None where no file can be kept."""
        return None if self._store is None else {"most": MOST_FILES, "most_bytes": self._store.most_bytes}

    async def take(self, request: web.Request, bot: str, contact: str, origin: str) -> Mapping[str, Any]:
        """A file that has come whole: `file` for a message to name it by, and what that message will tell of it at this
        origin. It is gone after a day unless such a message comes.

        Raises Problem as `uploaded` does, Refused `no_file_store` and `file_too_large`, FilesAway.
        """
        if self._sent is None:
            raise Problem("no_file_store", "This server keeps no files")
        kept = self._sent.kept
        async with uploaded(request, kept.store()) as upload:
            size, kind = upload.received.size_bytes, kind_of(upload.mime_type)
            reference = await kept.keep_received(upload.received)
            file = cleaned(InboundFile(kind, reference, upload.filename, upload.mime_type, size))
        word = packed([file.kind, file.reference, file.name, file.mime_type, file.size])
        mark = marked(await self._key(), bot, contact, word)
        url = reached(await self._sent.links.address("web", file), origin)
        return {"file": f"{word}.{mark}", **described(file, url)}

    async def known(self, bot: str, contact: str, given: Sequence[str]) -> Sequence[InboundFile]:
        """The files that a message of this talk names. Raises Problem `invalid_request`, and `file_gone` for one that
        is not kept any more."""
        found = []
        for each in given:
            word, _, mark = each.partition(".")
            if self._sent is None or not is_marked(mark, await self._key(), bot, contact, word):
                raise Problem("invalid_request", _NOT_OURS)
            file = InboundFile(*unpacked(word))
            try:
                _, chunks = await self._sent.kept.read(file.reference)
            except FileGone:
                message = (
                    f"{file.name} was sent to the server too long ago, and is not there any more: add it once more"
                )
                raise Problem("file_gone", message) from None
            await chunks.aclose()
            found.append(file)
        return found
