"""The line to the providers of channels."""

from collections.abc import AsyncIterator

import pytest

from tasktalk.bots.outside.provider import MOST_BYTES, Provider
from tests.bots.channels.provider import Provider as Far


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    opened = Provider()
    yield opened
    await opened.close()


@pytest.fixture
async def far() -> AsyncIterator[Far]:
    started = Far()
    await started.start()
    yield started
    await started.stop()


def url(far: Far, path: str = "/") -> str:
    assert far.server is not None
    return str(far.server.make_url(path))


@pytest.mark.parametrize("length", [0, 1, 200_000, MOST_BYTES - 100])
async def test_an_answer_is_read_whole(provider: Provider, far: Far, length: int) -> None:
    far.usual = {"said": "x" * length}
    answer = await provider.ask("Ana", url(far))
    assert (answer.status, answer.value) == (200, far.usual)


async def test_an_answer_without_end_is_none(provider: Provider, far: Far) -> None:
    far.usual = {"said": "x" * MOST_BYTES}
    with pytest.raises(ConnectionError, match="Ana answered too much"):
        await provider.ask("Ana", url(far))
