"""The way of requests to the servers, over their deaths."""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from tasktalk.bots.crashtest.ways.provider import Call

_RETRY = 0.05


class Network:
    """Requests to whichever server answers."""

    def __init__(self, client: aiohttp.ClientSession, urls: Callable[[], str], token: str) -> None:
        """`urls` gives the address of one of the servers at each call."""
        self._client, self._urls = client, urls
        self._headers = {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: Mapping[str, str]) -> Any:
        """The answer's JSON; sent again while a server is down, or has no good answer."""
        return await self._ask(path, headers=self._headers, json=body)

    async def call(self, call: Call) -> None:
        """Sent again as `post` does, as providers do."""
        await self._ask(call.path, headers=call.headers, data=call.body)

    async def _ask(self, path: str, **what: Any) -> Any:
        while True:
            try:
                async with self._client.post(self._urls() + path, **what) as answer:
                    if answer.status == 200:
                        return await answer.json()
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(_RETRY * random.uniform(0.5, 1.5))  # noqa: S311
