"""Answers that may be of several types and of any length: which type is wanted, and a stream that is never whole here.

    kind = wanted(request, ("application/json", "application/jsonl", "text/csv"))   # Problem `not_acceptable`
    return await streamed(request, pieces(kind), kind, {"Content-Disposition": named("tasks.csv")})

`pieces` is an async generator of texts or bytes, small or large. What fails before its first piece is answered as any
other error. In the Operation, `answer_type` is the type that comes unless another is asked for, `other_types` has the
schemas of the others, and `errors` has "not_acceptable". A request's body is told apart by `sent_as`, which goes with
`body_type`, `other_bodies` and "unsupported_media_type".
"""

import logging
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Final
from urllib.parse import quote

from aiohttp import web

from tasktalk.bots.api.gate import TOLD
from tasktalk.bots.api.problems import Problem

CHUNK_BYTES: Final = 64 * 1024

_log = logging.getLogger(__name__)
_RANGE = re.compile(r"([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)((?:\s*;\s*[^;]*)*)", re.ASCII)
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def wanted(request: web.Request, offered: Sequence[str]) -> str:
    """The type among those offered that the request's Accept wants most; the first one where it does not say.

    Of types that it wants alike, that which it names itself comes before one of `text/*` or `*/*`, and an earlier one
    before a later. A part of the header that cannot be read is passed over. Raises Problem `not_acceptable`.
    """
    accepted = ",".join(request.headers.getall("Accept", []))
    if not accepted.strip():
        return offered[0]
    ranges = [found for part in accepted.split(",") if (found := _RANGE.fullmatch(part.strip())) is not None]
    ranked = [(rank, kind) for kind in offered if (rank := _rank(kind, ranges)) is not None and rank[0] > 0]
    if not ranked:
        raise Problem("not_acceptable", f"This can be had as {_listed(offered)}, got Accept: {accepted[:200]}")
    return max(ranked, key=lambda found: found[0])[1]  # of equals the first


def sent_as(request: web.Request, known: Sequence[str]) -> str:
    """The type of the body, one of those that are known. Raises Problem `unsupported_media_type`."""
    kind, charset = request.content_type, request.charset or "utf-8"
    if "Content-Type" not in request.headers or kind not in known:
        got = request.headers.get("Content-Type", "none")
        raise Problem("unsupported_media_type", f"Expected Content-Type to be {_listed(known)}, got {got[:200]}")
    if charset.lower().replace("-", "").replace("_", "") not in {"utf8", "usascii"}:
        raise Problem("unsupported_media_type", f"The body must be UTF-8, got charset={charset[:40]}")
    return kind


def named(filename: str) -> str:
    """The Content-Disposition of an answer that is to be kept as a file of this name; it never breaks the header."""
    plain = re.sub(r"[^ !#-$&-\[\]-~]", "_", filename)  # no quotes, no backslash, no per cent: RFC 6266, D
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def as_file(filename: str) -> dict[str, str]:
    """The headers of an answer with a stranger's file: it is never shown as a page of ours, whatever it says that it
    is."""
    return {
        "Content-Disposition": named(filename),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Accept-Ranges": "none",
    }


async def streamed(
    request: web.Request,
    pieces: AsyncGenerator[str | bytes],
    content_type: str,
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> web.StreamResponse:
    """Answers 200 with the pieces, of which one chunk is in memory at a time: who reads slowly makes them wait.

    What `pieces` raises before its first piece is raised. Later the connection breaks off, so that nobody takes the
    part for the whole. It is closed in any case. `content_type` goes out as it is, such as "text/csv; charset=utf-8";
    `length` is how many bytes it will be, where that is known.
    """
    told = {"Content-Type": content_type, "X-Content-Type-Options": "nosniff", **request.get(TOLD, {})}
    response = web.StreamResponse(headers=told)
    response.headers.update(headers or {})
    response.content_length = length
    async with aclosing(pieces):
        if request.method == "HEAD":
            await response.prepare(request)
            return response
        gathered = bytearray(_bytes(await anext(pieces, b"")))
        try:
            await response.prepare(request)
            async for piece in pieces:
                gathered += _bytes(piece)
                if len(gathered) >= CHUNK_BYTES:
                    await response.write(bytes(gathered))
                    gathered.clear()
            await response.write(bytes(gathered))
            await response.write_eof()
        except ConnectionError:
            _log.debug("%s: the reader went away", request.path)
        except Exception:
            _log.exception("%s breaks off", request.path)
            if request.transport is not None:
                request.transport.close()
    return response


def _rank(kind: str, ranges: Sequence[re.Match[str]]) -> tuple[float, int, int] | None:
    """How much a type is wanted, how exactly it is named, and how early; None where it is not."""
    whole = kind.partition("/")[0]
    for exactness, name in ((2, kind), (1, f"{whole}/*"), (0, "*/*")):
        for place, found in enumerate(ranges):
            if f"{found[1]}/{found[2]}".lower() == name:
                return _quality(found[3]), exactness, -place
    return None


def _quality(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    return 1.0 if found is None else min(1.0, float(found[1]))


def _listed(kinds: Sequence[str]) -> str:
    *others, last = kinds
    return f"{', '.join(others)} or {last}" if others else last


def _bytes(piece: str | bytes) -> bytes:
    return piece.encode() if isinstance(piece, str) else piece
