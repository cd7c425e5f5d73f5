"""Asks other services over HTTP, for scripts: nothing of the server's own network, nothing without an end.

Each request has a connection of its own, and no cookies: what one talk asked is nothing to another.
"""

import codecs
import json
import re
import socket
import zlib
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.connector import AddrInfoType
from multidict import CIMultiDict
from yarl import URL

import tasktalk
from tasktalk.bots.outside.addresses import checked, forbid_private, forbidden, is_allowed, is_public
from tasktalk.bots.outside.answers import Answer, too_long
from tasktalk.bots.outside.causes import cause_of
from tasktalk.bots.outside.chunks import BROKEN, Chunks
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.values import text, whole_characters
from tasktalk.runtime.ports import Fetched, Request

T = TypeVar("T")

MOST_BYTES = 1 << 20
REDIRECTS = 5
CONNECT_SECONDS, SILENCE_SECONDS = 10.0, 60.0
_BYTES_OF_AN_ERROR = 4096
_NOT_SECRET = frozenset(["accept", "accept-language", "content-type", "user-agent"])
"""What goes along when a service sends on to another one: any other header may be a secret of the first."""
# Those that may need more than linear time, or are no text at all, are not among them.
_CHARSETS = re.compile(
    r"utf-?(8|16|16le|16be)|us-ascii|iso-?8859-\d+|windows-125\d|koi8-[ru]|gb(k|2312|18030)|big5|shift_jis|euc-(jp|kr)"
)
_FORM = "application/x-www-form-urlencoded"
_AS_IT_IS, _PACKED = frozenset(["", "identity"]), frozenset(["gzip", "x-gzip", "deflate"])


class Web:
    """The public internet. It keeps nothing between two requests."""

    def __init__(
        self,
        private_hosts: Collection[str] = (),
        resolver: Callable[[], AbstractResolver] | None = None,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        """`private_hosts` (`host` or `host:port`) may be asked whatever their addresses. Who has a file and is silent
        for `silence` seconds does not answer. `resolver` is for tests."""
        self._silence = silence
        self._private_hosts = frozenset(host.lower().replace("[", "").replace("]", "") for host in private_hosts)
        self._resolver = resolver

    async def ask(self, request: Request) -> Any:
        """The answer as a plain value. Refuses `invalid-url`, `forbidden-address`, `no-connection`, `http-error` and
        `limit`; how long it takes is for the caller to bound."""
        answer = await self._follow(request, _headers(request), _read)
        return answer.value(request.verb)

    async def fetch(self, request: Request, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """What `take` makes of a file while it comes; how large it may be is for `take` to bound. Refuses as `ask`."""

        async def taking(url: URL, response: aiohttp.ClientResponse) -> T:
            if not 200 <= response.status < 300:
                (await _read(url, response)).value(request.verb)
            if response.headers.get("Content-Encoding", "").strip().lower() not in _AS_IT_IS:
                raise _unreachable(url, "its answer is packed in a way that nobody asked for")
            told = response.content_disposition
            kind = response.content_type if "Content-Type" in response.headers else None
            name, size = (told and told.filename) or url.name, response.content_length
            return await take(Fetched(name, kind, _chunks(url, response), size))

        headers = _headers(request)
        headers["Accept"], headers["Accept-Encoding"] = "*/*", "identity"
        return await self._follow(request, headers, taking, self._silence)

    async def _follow(
        self,
        request: Request,
        headers: CIMultiDict[str],
        take: Callable[[URL, aiohttp.ClientResponse], Awaitable[T]],
        silence: float | None = None,
    ) -> T:
        """What is taken of the answer, wherever the services send on to."""
        url, verb, body = checked(request.address), request.verb, _body(request)
        for _ in range(REDIRECTS + 1):
            found = await self._send(verb, url, headers, body, take, silence)
            if not isinstance(found, _SentOn):
                return found
            if found.status == 303 or (found.status in {301, 302} and verb == "POST"):
                verb, body = "GET", None
                headers.popall("Content-Type", None)
                headers.popall("Idempotency-Key", None)
            if found.url.origin() != url.origin():
                kept = [*_NOT_SECRET, "accept-encoding", *(["idempotency-key"] if request.key else [])]
                headers = CIMultiDict((name, value) for name, value in headers.items() if name.lower() in kept)
            url = found.url
        raise _unreachable(url, f"it sends on to another address more than {REDIRECTS} times")

    def check(self, address: str) -> None:
        """Refuses `invalid-url`, and `forbidden-address` where that is seen without asking anybody."""
        forbid_private(checked(address), self._private_hosts)

    async def post(self, address: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """The status that an address answers, and the beginning of what it says; nobody goes where it sends on to.
        Refuses as `ask` does, but for what the answer has in it."""
        try:
            found = await self._send("POST", checked(address), headers, body, _read)
        except Refused as refused:
            if refused.code != "limit":
                raise
            return 200, ""  # only a right answer is read so far
        return found.status, "" if isinstance(found, _SentOn) else found.text

    async def _send(
        self,
        verb: str,
        url: URL,
        headers: Mapping[str, str],
        body: bytes | None,
        take: Callable[[URL, aiohttp.ClientResponse], Awaitable[T]],
        silence: float | None = None,
    ) -> "T | _SentOn":
        """What is taken of one answer, unless it sends on."""
        forbid_private(url, self._private_hosts)
        gate = _Gate(is_open=is_allowed(url, self._private_hosts))
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver() if self._resolver else None,
                use_dns_cache=False,
                socket_factory=gate.socket,
                force_close=True,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=silence),
            auto_decompress=False,
        ) as session:
            try:
                response = await session.request(
                    verb,
                    url,
                    headers=headers,
                    data=body,
                    allow_redirects=False,
                    skip_auto_headers=["Content-Type"],
                )
            except BROKEN as error:
                if gate.is_shut:
                    raise forbidden(url) from None
                raise _broken(url, error) from None
            async with response:
                if response.status in {301, 302, 303, 307, 308} and "Location" in response.headers:
                    return _SentOn(response.status, _next(url, response.headers["Location"]))
                return await take(url, response)


@dataclass(frozen=True, slots=True)
class _SentOn:
    """An answer that sends on to another address."""

    status: int
    url: URL


class _Gate:
    """Makes the sockets of one connection, and none to an address that is not public unless it `is_open`."""

    def __init__(self, *, is_open: bool) -> None:
        self._is_open = is_open
        self.is_shut = False
        """Whether there was such an address."""

    def socket(self, found: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = found
        if not self._is_open and not is_public(str(address[0])):
            self.is_shut = True
            raise PermissionError("this address is not public")
        return socket.socket(family, kind, protocol)


def _headers(request: Request) -> CIMultiDict[str]:
    """What goes with the body: the script's own headers win, but for what the answer is read by."""
    headers: CIMultiDict[str] = CIMultiDict(
        {
            "User-Agent": f"TaskTalk/{tasktalk.__version__}",
            "Accept": "application/json, text/*;q=0.9, */*;q=0.5",
        }
    )
    if request.verb != "GET":
        headers["Idempotency-Key"] = request.key
    if request.body is not None:
        headers["Content-Type"] = "text/plain; charset=utf-8" if isinstance(request.body, str) else "application/json"
    headers.update(request.headers)
    headers["Accept-Encoding"] = "gzip"
    return headers


def _body(request: Request) -> bytes | None:
    """A text as it is; a record as a form, where the script says so; everything else as JSON."""
    given = request.body
    if given is None:
        return None
    if isinstance(given, str):
        return whole_characters(given).encode()
    kind = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    if isinstance(given, dict) and kind.partition(";")[0].strip().lower() == _FORM:
        return urlencode({name: text(value) for name, value in given.items()}).encode()
    return json.dumps(given).encode()


def _next(url: URL, location: str) -> URL:
    try:
        return checked(str(url.join(URL(location))))
    except (ValueError, TypeError, Refused):
        raise _unreachable(url, "it sends on to an address that is none") from None


async def _read(url: URL, response: aiohttp.ClientResponse) -> Answer:
    host, is_right = url.host or "", 200 <= response.status < 300
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _AS_IT_IS | _PACKED:
        raise _unreachable(url, "its answer is packed in a way that nobody asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32) if coding in _PACKED else None
    most = MOST_BYTES if is_right else _BYTES_OF_AN_ERROR
    found = bytearray()
    async for piece in _chunks(url, response):
        try:
            # A short piece may be packed from very much: no more is unpacked than is wanted.
            found += unpacker.decompress(piece, most + 1 - len(found)) if unpacker else piece
        except zlib.error:
            raise _unreachable(url, "its answer cannot be unpacked") from None
        if len(found) > most:
            if is_right:
                raise too_long(host)
            break
    if unpacker and is_right and found and not unpacker.eof:
        raise _unreachable(url, "its answer breaks off")
    charset = _charset((response.charset or "utf-8").lower())
    kind = response.content_type.lower()
    is_json = kind in {"application/json", "text/json"} or kind.endswith("+json")
    written = bytes(found[:most]).decode("utf-8-sig" if charset in {"utf-8", "utf8"} else charset, "replace")
    return Answer(host, response.status, is_json, written)


def _charset(told: str) -> str:
    try:
        codecs.lookup(told)
    except LookupError:
        return "utf-8"
    return told if _CHARSETS.fullmatch(told) else "utf-8"


def _chunks(url: URL, response: aiohttp.ClientResponse) -> Chunks:
    return Chunks(response, partial(_broken, url))


def _broken(url: URL, error: Exception) -> Refused:
    return _unreachable(url, cause_of(error))


def _unreachable(url: URL, why: str) -> Refused:
    return Refused(
        "no-connection", f"{url.host} cannot be asked: {why}", "try it again later, and write TRY … CATCH around it"
    )
