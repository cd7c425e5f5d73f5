"""Every kind of channel that can do so shows a bot as writing: behind what it has said, and while a turn takes long."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.runtime.clock import VirtualClock
from tests.bots.channels.conftest import NOW, House
from tests.bots.channels.side import Side

SCRIPT = 'TALK "One moment."\nTYPING\nWAIT 60\nTALK "Here."\nHEAR x'


@pytest.fixture
async def house(side: Side, tmp_path: Path) -> AsyncIterator[House]:
    async with House(side, tmp_path).open(SCRIPT) as opened:
        yield opened


async def test_a_bot_is_shown_as_writing_behind_what_it_has_said(house: House) -> None:
    await house.write("hi")
    await house.shown()
    assert house.typed == ([False, True] if house.side.has_typing else [False])
    await house.pass_time(timedelta(minutes=2))
    await house.shown()
    assert house.texts == ["One moment.", "Here."]
    assert house.typed == ([False, True, False] if house.side.has_typing else [False, False])


async def test_a_sign_that_cannot_be_shown_is_not_tried_again(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.provider.answers = [(200, {}, house.side.usual), (500, {}, {})] if house.side.has_typing else []
    caplog.set_level(logging.DEBUG, "tasktalk.channels")
    await house.write("hi")
    await house.shown()
    assert len(house.provider.refused) == house.side.has_typing
    assert ("could not be shown as writing" in caplog.text) is house.side.has_typing
    await house.pass_time(timedelta(minutes=2))
    await house.shown()
    assert house.texts == ["One moment.", "Here."]
    assert not any(house.typed)
    assert not any(record.levelno > logging.INFO for record in caplog.records)


async def test_where_the_message_does_not_come_nothing_is_shown(house: House) -> None:
    house.provider.answers = [(500, {}, {})]
    await house.write("hi")
    await house.shown()
    await house.pass_time(timedelta(seconds=30))
    await house.shown()
    assert (house.texts, any(house.typed)) == (["One moment."], False)


async def test_typing_that_is_said_alone_is_shown(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open("TYPING\nHEAR x") as house:
        await house.write("hi")
        await house.shown()
        assert house.typed == [True] * side.has_typing


async def test_a_script_that_does_not_wait_shows_nothing(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open('TYPING : TALK "Here."') as house:
        await house.write("hi")
        await house.shown()
        assert house.typed == [False]


class _Waking(VirtualClock):
    """A clock that lets those go on who wait for a time when it has come."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._waiting: list[tuple[datetime, asyncio.Event]] = []

    def advance_to(self, when: datetime) -> None:
        super().advance_to(when)
        for until, has_come in self._waiting:
            if until <= self.now():
                has_come.set()

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        if until is None or until <= self.now():
            await super().wait(wake, until)
            return
        has_come = asyncio.Event()
        self._waiting.append((until, has_come))
        waits = [asyncio.ensure_future(event.wait()) for event in (wake, has_come)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()


class _Slow:
    """A service that is asked by a script, and answers when it is told to."""

    def __init__(self) -> None:
        self.is_asked, self.may_answer = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Its host and port."""
        app = web.Application()
        app.router.add_get("/", self._answer)
        async with TestServer(app) as server:
            yield f"{server.host}:{server.port}"

    async def _answer(self, request: web.Request) -> web.Response:
        self.is_asked.set()
        await self.may_answer.wait()
        return web.json_response("ready")


@pytest.mark.parametrize("seconds", [0.9, 1.1])
async def test_a_bot_is_shown_as_writing_while_a_turn_takes_long(side: Side, tmp_path: Path, seconds: float) -> None:
    slow, house = _Slow(), House(side, tmp_path)
    house.clock = _Waking(NOW)
    async with slow.open() as service:
        house.hosting["private_hosts"] = [service]
        async with house.open(f'x = GET "http://{service}/"\nTALK "It is " + x\nHEAR y') as opened:
            call = side.message("hi", 1, house.clock.now())
            assert (await opened.call(call))[0] == 200
            await slow.is_asked.wait()
            house.clock.advance(timedelta(seconds=seconds))
            if seconds > 1:
                await opened.shown()
            slow.may_answer.set()
            await opened.engine.settle()
            await opened.shown()
            is_shown = seconds > 1 and side.has_typing
            assert opened.texts == ["It is ready"]
            assert opened.typed == [*[True] * is_shown, False]
