"""Asks the providers of channels over HTTP: what they answer becomes what the outbox understands.

No answer and no error is ever told with the address that was asked: some providers have the secret in it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar

import aiohttp
from yarl import URL

import tasktalk
from tasktalk.bots.api.body import strict_json
from tasktalk.bots.outside.causes import cause_of
from tasktalk.bots.outside.chunks import BROKEN, Chunks
from tasktalk.bots.outside.reasons import LONGEST, reason
from tasktalk.bots.outside.reasons import MOST_BYTES as MOST_OF_A_REASON
from tasktalk.runtime.ports import ComeBack, Fetched, FileGone, Undeliverable

T = TypeVar("T")

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 25.0
MOST_BYTES = 1 << 20
_MOST_HOPS = 4
_SENDING_ON = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({403, 404, 410})
"""What is answered where a file was."""
_MOST_ANSWERS_OF_A_HOST = 100
_MOST_FILES_OF_A_HOST = 20
_OF_AN_ANSWER = aiohttp.ClientTimeout(total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS)
_OF_A_FILE = aiohttp.ClientTimeout(
    total=None, connect=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=ANSWER_SECONDS
)


class _TooMuch(ConnectionError):
    """Raised for an answer that is longer than any that a provider has reason to give."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A provider's answer; `value` is what its JSON says, None where it is none. `said` is its beginning as a text."""

    status: int
    headers: Mapping[str, str]
    value: Any
    said: str = ""

    @property
    def is_right(self) -> bool:
        return 200 <= self.status < 300


class Provider:
    """The line to all providers of a process; connections are kept. It goes nowhere that an answer sends on to.

    Files have connections of their own, so that no message waits for those who take long to get one.
    """

    def __init__(self) -> None:
        self._answers: aiohttp.ClientSession | None = None
        self._files: aiohttp.ClientSession | None = None

    def _for_answers(self) -> aiohttp.ClientSession:
        if self._answers is None:
            self._answers = _opened(
                aiohttp.TCPConnector(limit=0, limit_per_host=_MOST_ANSWERS_OF_A_HOST), _OF_AN_ANSWER
            )
        return self._answers

    def _for_files(self) -> aiohttp.ClientSession:
        if self._files is None:
            self._files = _opened(aiohttp.TCPConnector(limit=0, limit_per_host=_MOST_FILES_OF_A_HOST), _OF_A_FILE)
        return self._files

    async def close(self) -> None:
        """Ends all connections."""
        for session in (self._answers, self._files):
            if session is not None:
                await session.close()

    async def ask(
        self,
        who: str,
        url: str,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        json_body: Any = None,
        data: bytes | Mapping[str, str] | None = None,
    ) -> Answered:
        """What a provider answers, whatever it is. Raises ConnectionError when it does not; `who` is its name."""
        try:
            async with self._for_answers().request(
                method, url, headers=headers, json=json_body, data=data, allow_redirects=False
            ) as response:
                found = bytearray()
                async for piece in response.content.iter_any():
                    found += piece
                    if len(found) > MOST_BYTES:
                        raise _TooMuch(f"{who} answered too much")
                said = found[:MOST_OF_A_REASON].decode(errors="replace")
                return Answered(response.status, response.headers, _value(found), said)
        except _TooMuch:
            raise
        except BROKEN as error:
            raise _away(who, error) from None

    async def fetch(
        self,
        who: str,
        url: str,
        take: Callable[[Fetched], Awaitable[T]],
        *,
        headers: Mapping[str, str] | None = None,
        sends_on: bool = False,
    ) -> T:
        """What `take` makes of a file while it comes. A provider that `sends_on` has its files somewhere else, where
        nothing is told of who asks; others send on whom they do not know.

        Raises FileGone when it has the file no more, ConnectionError when it cannot be asked.
        """
        away, sent = partial(_away, who), dict(headers or {})
        for _ in range(_MOST_HOPS):
            async with AsyncExitStack() as stack:
                try:
                    at = URL(url)
                    asking = self._for_files().get(
                        at, headers={**sent, "Accept-Encoding": "identity"}, allow_redirects=False
                    )
                    response = await stack.enter_async_context(asking)
                    if sends_on and response.status in _SENDING_ON and "Location" in response.headers:
                        next_at = at.join(URL(response.headers["Location"]))
                        url, sent = str(next_at), sent if next_at.origin() == at.origin() else {}
                        continue
                except BROKEN as error:
                    raise away(error) from None
                if response.status in GONE or response.status in _SENDING_ON:
                    raise FileGone(f"{who} has this file no more, or does not give it to this bot")
                if response.status != 200:
                    raise ConnectionError(f"{who} answered {response.status}")
                kind = response.content_type if "Content-Type" in response.headers else None
                told = response.content_disposition
                name = told.filename if told else None
                is_packed = "Content-Encoding" in response.headers  # then the length is not that of the file
                size = None if is_packed else response.content_length
                return await take(Fetched(name, kind, Chunks(response, away), size))
        raise ConnectionError(f"{who} sends on to too many addresses")

    async def tell(self, who: str, url: str, *, secrets: Iterable[str] = (), **what: Any) -> Answered:
        """The answer of a provider that took what it was told. Where it did not, its own words are told, without these
        secrets.

        Raises ComeBack when it wants to be asked later, Undeliverable for what it will never take, ConnectionError when
        it cannot take it now, or does not know who asks: that, whoever runs the server can mend.
        """
        answer = await self.ask(who, url, **what)
        demand_taken(who, answer, reason(answer.said, url, secrets))
        return answer


def _away(who: str, error: Exception) -> ConnectionError:
    return ConnectionError(f"{who} cannot be asked: {cause_of(error)}")


def _opened(connector: aiohttp.TCPConnector, timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"TaskTalk/{tasktalk.__version__}"},
        timeout=timeout,
    )


def demand_taken(who: str, answer: Answered, why: str | None = None) -> None:
    """Raises as `Provider.tell`; `why` is the provider's reason, where it has one to tell."""
    if answer.is_right:
        return
    said = f"{who} answered {answer.status}" + (f": {why[:LONGEST]}" if why else "")
    if answer.status == 429:
        raise ComeBack(said, _seconds(answer.headers))
    if answer.status in {401, 407, 408, 425} or answer.status >= 500 or answer.status < 400:
        raise ConnectionError(said)
    raise Undeliverable(said)


def _seconds(headers: Mapping[str, str]) -> float:
    """How long a provider wants to be left alone: so many seconds, or until a time on its own clock."""
    written = headers.get("Retry-After", "0")
    try:
        found = float(written)
    except ValueError:
        try:
            until, now = (parsedate_to_datetime(each) for each in (written, headers.get("Date", "")))
            found = (until.replace(tzinfo=until.tzinfo or UTC) - now.replace(tzinfo=now.tzinfo or UTC)).total_seconds()
        except ValueError:
            return 0.0
    return found


def _value(found: bytes | bytearray) -> Any:
    try:
        return strict_json(bytes(found))
    except (ValueError, RecursionError):
        return None
