"""The line to the providers of channels."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.outside.provider import MOST_BYTES, Answered, Provider, demand_taken
from tasktalk.runtime.ports import ComeBack, Fetched
from tests.bots.channels.provider import Cut
from tests.bots.channels.provider import Provider as Far
from tests.patience import PATIENCE


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


async def test_who_takes_long_to_give_files_keeps_no_message_waiting(provider: Provider, far: Far) -> None:
    waiting, is_over = asyncio.Semaphore(0), asyncio.Event()

    async def never(request: web.Request) -> web.Response:
        waiting.release()
        await is_over.wait()
        return web.Response()

    async def take(fetched: Fetched) -> None:
        raise AssertionError(fetched)

    app = web.Application()
    app.router.add_get("/file", never)
    async with TestServer(app) as server:
        files = [asyncio.create_task(provider.fetch("Ana", str(server.make_url("/file")), take)) for _ in range(120)]
        for _ in range(20):
            await waiting.acquire()
        async with asyncio.timeout(PATIENCE):
            assert (await provider.ask("Ana", str(server.make_url("/none")))).status == 404
            assert (await provider.ask("Ben", url(far))).status == 200
        for each in files:
            each.cancel()
        await asyncio.gather(*files, return_exceptions=True)
        is_over.set()


async def test_a_provider_that_hangs_keeps_nobody_from_asking_another(provider: Provider, far: Far) -> None:
    waiting, is_over = asyncio.Semaphore(0), asyncio.Event()

    async def never(request: web.Request) -> web.Response:
        waiting.release()
        await is_over.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", never)
    async with TestServer(app) as server:
        hanging = [asyncio.create_task(provider.ask("Ana", str(server.make_url("/")))) for _ in range(150)]
        for _ in range(100):
            await waiting.acquire()
        async with asyncio.timeout(PATIENCE):
            assert (await provider.ask("Ben", url(far))).status == 200
        for each in hanging:
            each.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        is_over.set()


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120),
        ("1.5", 1.5),
        ("-5", 0),
        ("Mon, 02 Mar 2026 09:02:00 GMT", 120),
        ("Mon, 02 Mar 2026 09:02:00 -0000", 120),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("soon", 0),
        ("nan", 0),
        (None, 0),
    ],
)
def test_when_a_provider_wants_to_be_asked_again(written: str | None, seconds: float) -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    headers = {"Date": format_datetime(now, usegmt=True), **({"Retry-After": written} if written else {})}
    with pytest.raises(ComeBack) as come_back:
        demand_taken("Ana", Answered(429, headers, None))
    assert come_back.value.seconds == seconds


@pytest.mark.parametrize("written", ["NaN", "-Infinity", "1e999", '{"retry_after": NaN}'])
async def test_numbers_that_json_has_not_are_no_answer(provider: Provider, far: Far, written: str) -> None:
    far.at = {"/": (200, {}, written.encode())}
    assert (await provider.ask("Ana", url(far))).value is None


class _Full(OSError):
    """Raised by whoever takes a file, and not by whoever gives it."""


@pytest.mark.parametrize("error", [_Full("disk full"), TimeoutError(), ValueError("ours"), ConnectionResetError()])
async def test_what_goes_wrong_with_whoever_takes_a_file_is_not_told_of_the_provider(
    provider: Provider, far: Far, error: Exception
) -> None:
    async def take(fetched: Fetched) -> None:
        raise error

    far.at = {"/file": (200, {}, b"data")}
    with pytest.raises(type(error)) as raised:
        await provider.fetch("Ana", url(far, "/file"), take)
    assert raised.value is error


async def test_a_file_that_breaks_off_is_told_of_the_provider(provider: Provider, far: Far) -> None:
    async def take(fetched: Fetched) -> bytes:
        return b"".join([chunk async for chunk in fetched.chunks])

    far.at = {"/file": (200, {}, Cut(b"data"))}
    with pytest.raises(ConnectionError, match="Ana cannot be asked: its answer cannot be read, or breaks off"):
        await provider.fetch("Ana", url(far, "/file"), take)
