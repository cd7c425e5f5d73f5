"""The token by which a service knows this server: OAuth's client credentials, kept until shortly before it ends."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import SecretStr

from tasktalk.bots.outside.provider import Provider
from tasktalk.runtime.clock import Clock

_ENDS_BEFORE: Final = timedelta(minutes=5)
_USUAL_SECONDS: Final = 3600
_MOST_SECONDS: Final = 86400
"""What is told to last longer is asked for again after a day."""
_PAUSE: Final = timedelta(seconds=5)
"""For so long a failure holds: those who waited for the same answer, and who come next, do not ask one by one."""


class ClientToken:
    """One client's token for one scope; neither it nor the secret is in any error."""

    def __init__(
        self, provider: Provider, clock: Clock, who: str, url: str, client_id: str, secret: SecretStr, scope: str
    ) -> None:
        """`url` is the token endpoint of `who`."""
        self._provider, self._clock, self._who, self._url = provider, clock, who, url
        self._client_id, self._secret, self._scope = client_id, secret, scope
        self._known: tuple[str, datetime] | None = None
        self._failed: tuple[str, datetime] | None = None
        self._lock = asyncio.Lock()

    async def headers(self) -> Mapping[str, str]:
        """What a request needs to be known as the client's. Raises ConnectionError when there is no token to be had,
        for some seconds without asking again."""
        async with self._lock:
            now = self._clock.now()
            if self._known is None or now >= self._known[1]:
                if self._failed is not None and now < self._failed[1]:
                    raise ConnectionError(self._failed[0])
                try:
                    self._known = await self._ask(now)
                except ConnectionError as error:
                    self._failed = str(error), self._clock.now() + _PAUSE
                    raise
            return {"Authorization": f"Bearer {self._known[0]}"}

    def forget(self) -> None:
        """The service does not take the token: the next request gets another one."""
        self._known = None

    async def _ask(self, now: datetime) -> tuple[str, datetime]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._secret.get_secret_value(),
            "scope": self._scope,
        }
        answer = await self._provider.ask(self._who, self._url, data=form)
        told = answer.value if isinstance(answer.value, dict) else {}
        token, seconds = told.get("access_token"), told.get("expires_in")
        if not answer.is_right or not isinstance(token, str) or not token.isascii() or not token.isprintable():
            # The reason is a word of OAuth's, such as invalid_client; what explains it may name what was sent.
            why = told.get("error")
            said = f": {why[:50]}" if isinstance(why, str) else ""
            raise ConnectionError(f"{self._who} gave no token, it answered {answer.status}{said}")
        told_seconds = seconds if isinstance(seconds, int | float) and seconds > 0 else _USUAL_SECONDS
        lasts = timedelta(seconds=min(told_seconds, _MOST_SECONDS))
        return token, now + max(lasts - _ENDS_BEFORE, lasts / 2)
