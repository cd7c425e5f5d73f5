"""The keys that a service publishes for its signatures (OpenID Connect Discovery), kept for a day.

A key that is not known is looked for again, but not more often than every five minutes, and every ten seconds while
none could be read at all: who sends what nobody signed cannot make this server ask without end.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from tasktalk.bots.outside.provider import Provider
from tasktalk.runtime.clock import Clock

_GOOD_FOR: Final = timedelta(days=1)
_LOOKS_AGAIN_AFTER: Final = timedelta(minutes=5)
_PAUSE: Final = timedelta(seconds=10)
"""After a failure while no keys are known: a right call that comes again soon is heard then."""


class PublishedKeys:
    """The keys of one service by their ids, each a JSON Web Key."""

    def __init__(self, provider: Provider, clock: Clock, who: str, metadata: str) -> None:
        """`metadata` is the address of the document that says where the keys are; `who` publishes them."""
        self._provider, self._clock, self._who, self._metadata = provider, clock, who, metadata
        self._keys: Mapping[str, Mapping[str, Any]] = {}
        self._read_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def find(self, key_id: str) -> Mapping[str, Any] | None:
        """The key with this id, if the service publishes one.

        Raises ConnectionError while none are known. Where keys cannot be read anew, those that were read before hold.
        """
        async with self._lock:
            if self._is_to_be_asked(key_id):
                self._asked_at = self._clock.now()
                try:
                    self._keys = await self._read()
                except ConnectionError:
                    if self._read_at is None:
                        raise
                else:
                    self._read_at = self._asked_at
            if self._read_at is None:
                raise ConnectionError(f"{self._who} gave no keys a moment ago")
            return self._keys.get(key_id)

    def _is_to_be_asked(self, key_id: str) -> bool:
        now = self._clock.now()
        if self._asked_at is None:
            return True
        if self._read_at is None:
            return now - self._asked_at >= _PAUSE
        is_wanted = key_id not in self._keys or now - self._read_at >= _GOOD_FOR
        return is_wanted and now - self._asked_at >= _LOOKS_AGAIN_AFTER

    async def _read(self) -> Mapping[str, Mapping[str, Any]]:
        where = (await self._ask(self._metadata)).get("jwks_uri")
        if not isinstance(where, str) or urlsplit(where)[:2] != urlsplit(self._metadata)[:2]:
            raise ConnectionError(f"{self._who} does not say where its keys are")
        keys = (await self._ask(where)).get("keys")
        found = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
        return {key["kid"]: key for key in found if isinstance(key.get("kid"), str)}

    async def _ask(self, url: str) -> Mapping[str, Any]:
        answer = await self._provider.ask(self._who, url, method="GET")
        if not answer.is_right or not isinstance(answer.value, dict):
            raise ConnectionError(f"{self._who} gave no keys: it answered {answer.status}")
        return answer.value
