"""Asks the providers of channels over HTTP: what they answer becomes what the outbox understands.

No answer and no error is ever told with the address that was asked: some providers have the secret in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

import tasktalk
from tasktalk.runtime.ports import ComeBack, Undeliverable

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 25.0
MOST_BYTES = 1 << 20
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """A provider's answer; `value` is what its JSON says, None where it is none."""

    status: int
    headers: Mapping[str, str]
    value: Any

    @property
    def is_right(self) -> bool:
        return 200 <= self.status < 300


class Provider:
    """The line to all providers of a process; connections are kept. It goes nowhere that an answer sends on to."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Ends all connections."""
        if self._session is not None:
            await self._session.close()

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
        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": f"TaskTalk/{tasktalk.__version__}"},
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS),
            )
        try:
            async with self._session.request(
                method, url, headers=headers, json=json_body, data=data, allow_redirects=False
            ) as response:
                found = await response.content.read(MOST_BYTES)
                return Answered(response.status, response.headers, _value(found))
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise ConnectionError(f"{who} cannot be asked: {type(error).__name__}") from None

    async def tell(self, who: str, url: str, **what: Any) -> Answered:
        """The answer of a provider that took what it was told.

        Raises ComeBack when it wants to be asked later, Undeliverable for what it will never take, ConnectionError when
        it cannot take it now, or does not know who asks: that, whoever runs the server can mend.
        """
        answer = await self.ask(who, url, **what)
        demand_taken(who, answer)
        return answer


def demand_taken(who: str, answer: Answered, why: str | None = None) -> None:
    """Raises as `Provider.tell`; `why` is the provider's reason, where it has one to tell."""
    if answer.is_right:
        return
    said = f"{who} answered {answer.status}" + (f": {why[:_LONGEST_REASON]}" if why else "")
    if answer.status == 429:
        raise ComeBack(said, _seconds(answer.headers.get("Retry-After")))
    if answer.status in {401, 407, 408, 425} or answer.status >= 500 or answer.status < 400:
        raise ConnectionError(said)
    raise Undeliverable(said)


def _seconds(written: str | None) -> float:
    try:
        return max(0.0, float(written or 0))
    except ValueError:
        return 0.0


def _value(found: bytes) -> Any:
    try:
        return json.loads(found)
    except (ValueError, RecursionError):
        return None
