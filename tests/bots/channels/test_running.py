"""What channels do by themselves: while they are there, again when it fails, and not a moment longer."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from tasktalk.bots.channels.adapter import Adapter, Door
from tasktalk.bots.channels.configured import Channels
from tasktalk.bots.channels.kinds import kinds
from tasktalk.bots.channels.settings import Common
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Delivery

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Asking(Adapter[Common]):
    """Asks every minute; what it meets is what the test says."""

    settings_type = Common

    def __init__(self, settings: Common, door: Door) -> None:
        super().__init__(settings, door)
        self.asked: list[datetime] = []
        self.is_down = self.is_over = False
        self.changed = asyncio.Event()
        made.append(self)

    @classmethod
    def instructions(cls, settings: Common, address: str) -> Sequence[str]:
        return []

    async def receive(self, request: web.Request) -> web.StreamResponse:
        raise NotImplementedError

    async def send(self, delivery: Delivery) -> None:
        raise NotImplementedError

    async def run(self) -> None:
        try:
            while True:
                self.asked.append(self.door.clock.now())
                self.changed.set()
                if self.is_down:
                    raise ConnectionError("the mailbox cannot be reached")
                await self.door.wait_until(self.door.clock.now() + timedelta(minutes=1))
        except asyncio.CancelledError:
            self.is_over = True
            raise

    async def has_asked(self, times: int) -> None:
        """Returns once it has asked so often."""
        while len(self.asked) < times:
            self.changed.clear()
            await self.changed.wait()


made: list[Asking] = []


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch) -> Channels:
    made.clear()
    monkeypatch.setattr("tasktalk.bots.channels.configured.kinds", lambda: {**kinds(), "asking": Asking})
    channels = Channels(VirtualClock(NOW))
    channels.become({"one": Common(kind="asking", bot="helper")})
    return channels


def going(channels: Channels) -> Callable[[float], None]:
    """Lets time pass."""

    def go(seconds: float) -> None:
        clock = made[0].door.clock
        assert isinstance(clock, VirtualClock)
        clock.advance(timedelta(seconds=seconds))
        channels.wake()

    return go


async def test_it_begins_with_the_start_and_asks_again_and_again(channels: Channels) -> None:
    [one], go = made, going(channels)
    assert one.asked == []
    channels.start()
    await one.has_asked(1)
    go(60)
    await one.has_asked(2)
    go(60)
    await one.has_asked(3)
    await channels.stop()
    assert one.is_over
    assert one.asked == [NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)]


async def test_one_that_fails_is_tried_again_later_and_later(
    channels: Channels, caplog: pytest.LogCaptureFixture
) -> None:
    [one], go = made, going(channels)
    one.is_down = True
    channels.start()
    await one.has_asked(1)
    for number, pause in enumerate((2, 4, 8, 16, 32, 64, 128, 256, 300, 300), start=2):
        await settled()
        go(pause - 1)
        await settled()
        assert len(one.asked) == number - 1
        go(1)
        await one.has_asked(number)
    assert "the channel one cannot hear, and tries again in 300 seconds: the mailbox cannot be reached" in caplog.text
    assert "Traceback" not in caplog.text
    one.is_down = False
    await settled()
    go(300)
    await one.has_asked(12)
    one.is_down = True
    await settled()
    go(3600)  # it was well for longer than the pause: the next one is short again
    await one.has_asked(13)
    await settled()
    go(2)
    await one.has_asked(14)
    await channels.stop()


async def test_it_goes_with_its_settings(channels: Channels) -> None:
    channels.start()
    await made[0].has_asked(1)
    same, other = Common(kind="asking", bot="helper"), Common(kind="asking", bot="other")
    channels.become({"one": same, "two": same})
    await made[1].has_asked(1)
    assert (len(made), made[0].is_over) == (2, False)
    channels.become({"two": other})
    await made[2].has_asked(1)
    await settled()
    assert [each.is_over for each in made] == [True, True, False]
    await channels.stop()
    assert made[2].is_over


async def test_nothing_runs_after_the_stop(channels: Channels) -> None:
    channels.start()
    await channels.stop()
    channels.become({"one": Common(kind="asking", bot="other")})
    await settled()
    assert [each.asked for each in made] == [[], []]


async def settled() -> None:
    """All that can go on without time has."""
    for _ in range(20):
        await asyncio.sleep(0)
