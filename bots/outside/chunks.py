"""What comes of an answer, piece by piece: where it breaks off, that is told apart from what its reader does wrong."""

from collections.abc import AsyncIterator, Callable
from typing import Final

import aiohttp

BROKEN: Final = (TimeoutError, aiohttp.ClientError, OSError, ValueError)
"""What is raised where the other side cannot be asked, or does not send all."""


class Chunks(AsyncIterator[bytes]):
    """The bytes of an answer while they come; raises what `told` makes of an error of the connection."""

    def __init__(self, response: aiohttp.ClientResponse, told: Callable[[Exception], Exception]) -> None:
        self._chunks, self._told = aiter(response.content.iter_any()), told

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._chunks)
        except BROKEN as error:
            raise self._told(error) from None
