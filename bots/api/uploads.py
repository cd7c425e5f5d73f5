"""Takes files from a request's form, piece by piece: whatever is sent, the outcome is whole files or a Problem."""

import logging
import re
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import quote, unquote_to_bytes

from aiohttp import BodyPartReader, MultipartReader, StreamReader, hdrs, web

from tasktalk.bots.api.body import LIMIT_BYTES
from tasktalk.bots.api.problems import Problem
from tasktalk.runtime.files import CHUNK_BYTES, FileStore, Received, received

T = TypeVar("T")

FIELD = "file"
MOST_FILES = 100
"""How many files a form can have that may have several."""
MOST_TEXTS = 100
"""How many texts a form can have beside its files."""
OTHER_BYTES = 64 * 1024
"""How much else than the file may stand in the form."""

_PLAIN_ENCODINGS = {"", "7bit", "8bit", "binary"}
_EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*UTF-8'[^']*'([^\s;]*)", re.IGNORECASE | re.ASCII)
_QUOTED_NAME = re.compile(r';\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_log = logging.getLogger(__name__)

_BARE_NAME = re.compile(r";\s*filename\s*=\s*([^\s;\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upload:
    """What came in the field `file`, with the name and the type that the sender gives it."""

    received: Received
    filename: str | None
    mime_type: str | None


@asynccontextmanager
async def uploaded(request: web.Request, store: FileStore) -> AsyncIterator[Upload]:
    """The one file of a form that has been read to its end; it is gone afterwards unless it was stored.

    Raises Problem `unsupported_media_type`, `missing_file` or `invalid_upload`, Refused `file_too_large`, FilesAway.
    """
    if request.content_type != "multipart/form-data":
        raise Problem("unsupported_media_type", "The file must be sent as multipart/form-data, in the field file")
    too_large = Problem(
        "file_too_large", f"A file can have {store.most_bytes:,} bytes at most", {"Connection": "close"}
    )
    form = await _opened(request, store.most_bytes + OTHER_BYTES, too_large)
    part = await form.file()
    async with received(store, _pieces(part)) as found:
        await form.end()
        yield Upload(found, filename(part.headers.get(hdrs.CONTENT_DISPOSITION, "")), part.headers.get("Content-Type"))


@dataclass(frozen=True, slots=True)
class Form:
    """What came in a form with any number of files."""

    texts: Mapping[str, str]
    files: Sequence[Upload]


@asynccontextmanager
async def uploaded_form(
    request: web.Request, store: Callable[[], FileStore], field: str, most_bytes: int
) -> AsyncIterator[Form]:
    """A form that has been read to its end; what is in `field`, or has the name of a file, is a file, and all else a
    text. The files are gone afterwards unless they were stored; `store` is asked when the first one comes.

    Raises Problem `request_too_large` or `invalid_upload`, Refused `file_too_large` and what `store` raises, FilesAway.
    """
    too_large = Problem("request_too_large", f"A form can have {most_bytes:,} bytes at most", {"Connection": "close"})
    form, texts, files = await _opened(request, most_bytes, too_large), dict[str, str](), list[Upload]()
    async with AsyncExitStack() as kept:
        async for part in form.parts():
            name, given = _name(part), filename(part.headers.get(hdrs.CONTENT_DISPOSITION, ""))
            if name == field or given is not None:
                if name != field or len(files) == MOST_FILES:
                    raise Problem("invalid_upload", f"Files are sent in the field {field}, {MOST_FILES} at most")
                found = await kept.enter_async_context(received(store(), _pieces(part)))
                files.append(Upload(found, given, part.headers.get("Content-Type")))
                continue
            if name is None or name in texts:
                raise Problem("invalid_upload", "Each field of the form must have a name of its own")
            if len(texts) == MOST_TEXTS:
                raise Problem("invalid_upload", f"A form can have {MOST_TEXTS} texts at most")
            texts[name] = await _text(_pieces(part))
        yield Form(texts, files)


class _Bounded:
    """The body of a request, of which so much is read and no more, whatever it consists of."""

    def __init__(self, content: StreamReader, most_bytes: int, too_large: Problem) -> None:
        self._content, self._left, self._too_large = content, most_bytes, too_large

    async def read(self, size: int = -1) -> bytes:
        return self._counted(await self._content.read(size))

    async def readline(self, *, max_line_length: int | None = None) -> bytes:
        return self._counted(await self._content.readline(max_line_length=max_line_length))

    def unread_data(self, data: bytes) -> None:
        self._left += len(data)
        self._content.unread_data(data)

    def at_eof(self) -> bool:
        return self._content.at_eof()

    def _counted(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise self._too_large
        return data


async def _opened(request: web.Request, most_bytes: int, too_large: Problem) -> "_Form":
    """The form of a request. Raises `too_large` for one with more bytes in all, when that is told or seen."""
    if (request.content_length or 0) > most_bytes:
        raise too_large
    content = cast(StreamReader, _Bounded(request.content, most_bytes, too_large))

    async def opened() -> MultipartReader:
        return MultipartReader(request.headers, content)

    return _Form(await _unbroken(opened))


class _Form:
    """Reads the parts in their order. Raises Problem as `uploaded` does."""

    def __init__(self, reader: MultipartReader) -> None:
        self._reader = reader
        self._others = 0

    async def parts(self) -> AsyncIterator[BodyPartReader]:
        """All of them, each to be read before the next."""
        while (part := await self._next()) is not None:
            _demand_plain(part)
            yield part

    async def file(self) -> BodyPartReader:
        """The part with the file."""
        while (part := await self._next()) is not None:
            if _name(part) == FIELD:
                _demand_plain(part)
                return part
            await self._pass_over(part)
        raise Problem("missing_file", "The form has no field file")

    async def end(self) -> None:
        """Reads on behind the file, to the end of the form."""
        while (part := await self._next()) is not None:
            if _name(part) == FIELD:
                raise Problem("invalid_upload", "The form has more than one field file: send them one by one")
            await self._pass_over(part)

    async def _next(self) -> BodyPartReader | None:
        part = await _unbroken(self._reader.next)
        if isinstance(part, MultipartReader):
            raise Problem("invalid_upload", "A part of the form has parts itself")
        return part

    async def _pass_over(self, part: BodyPartReader) -> None:
        self._count(sum(len(name) + len(value) for name, value in part.headers.items()))
        async for piece in _pieces(part):
            self._count(len(piece))

    def _count(self, size: int) -> None:
        self._others += size
        if self._others > OTHER_BYTES:
            raise Problem("invalid_upload", "There is too much in the form beside the file")


def filename(disposition: str) -> str | None:
    """The name that a Content-Disposition gives the file, as it was meant: where browsers and other programs write it
    in different ways, a backslash is one of a path."""
    disposition = _readable(disposition)
    if found := _EXTENDED_NAME.search(disposition):
        return unquote_to_bytes(found[1]).decode(errors="replace")
    if found := _QUOTED_NAME.search(disposition):
        name = found[1].replace('\\"', '"')
    elif found := _BARE_NAME.search(disposition):
        name = found[1]
    else:
        return None
    plain = unquote_to_bytes(name).decode(errors="replace")
    if quote(plain, safe="") == name:  # as aiohttp's clients write it; browsers do so with quotes alone
        return plain
    return name.replace("%22", '"')


def _readable(header: str) -> str:
    """A header with a mark for each byte that is not UTF-8, which the parser has left as half a character."""
    return header.encode(errors="surrogateescape").decode(errors="replace")


def _name(part: BodyPartReader) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a header that is none: its part has no name
        return part.name


def _demand_plain(part: BodyPartReader) -> None:
    if part.headers.get(hdrs.CONTENT_TRANSFER_ENCODING, "").strip().lower() not in _PLAIN_ENCODINGS:
        raise Problem("invalid_upload", "The file must be sent as it is, without a transfer encoding")


async def _text(pieces: AsyncIterator[bytes]) -> str:
    data = bytearray()
    async for piece in pieces:
        data += piece
        if len(data) > LIMIT_BYTES:
            raise Problem("invalid_upload", f"A text of the form can have {LIMIT_BYTES:,} bytes at most")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Problem("invalid_upload", "A text of the form is not UTF-8") from None


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while not part.at_eof():
        yield await _unbroken(lambda: part.read_chunk(CHUNK_BYTES))


async def _unbroken(read: Callable[[], Awaitable[T]]) -> T:
    try:
        return await read()
    except Problem:
        raise
    except Exception as problem:
        # A parser of what strangers send fails in many ways, from AssertionError to RequestPayloadError.
        _log.info("a form could not be read: %s: %s", type(problem).__name__, problem)
        raise Problem("invalid_upload", "The form is broken or was cut off: send it again, whole") from None
