"""A name that nobody answers for keeps nothing waiting but those who ask for it."""

import asyncio
import gc
import logging
import socket
from collections.abc import Callable, Coroutine, Iterator
from threading import Condition, Event
from typing import Any

import pytest

from tasktalk.bots.outside.names import MOST, Loop
from tests.patience import PATIENCE


class Names:
    """Stands for the name server: it answers for all names but those that are `silent`, until it is let `speak`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.speak = Event()
        self._has_come = Condition()

    def look_up(self, host: str, port: int, *_: object) -> list[Any]:
        with self._has_come:
            self.asked.append(host)
            self._has_come.notify_all()
        if "silent" in host:
            self.speak.wait(PATIENCE)
            raise socket.gaierror(socket.EAI_NONAME, "nobody knows it")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", port))]

    def wait_for(self, count: int) -> None:
        """Until so many were asked for."""
        with self._has_come:
            assert self._has_come.wait_for(lambda: len(self.asked) >= count, PATIENCE)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    there = Names()
    monkeypatch.setattr(socket, "getaddrinfo", there.look_up)
    yield there
    there.speak.set()


def played(play: Callable[[Loop], Coroutine[Any, Any, None]]) -> None:
    async def bounded() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Loop)
        await asyncio.wait_for(play(loop), PATIENCE)

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(bounded())


def test_a_silent_name_holds_up_neither_threads_nor_other_names_nor_the_end(names: Names) -> None:
    async def play(loop: Loop) -> None:
        waiting = [asyncio.ensure_future(loop.getaddrinfo(f"silent{n}", 80)) for n in range(MOST - 1)]
        await asyncio.to_thread(names.wait_for, MOST - 1)
        assert await asyncio.to_thread(lambda: "written") == "written"
        [(*_, address)] = await loop.getaddrinfo("example.com", 443)
        assert address == ("192.0.2.7", 443)
        assert not any(one.done() for one in waiting)

    played(play)  # comes to its end, though nobody has spoken


def test_those_who_ask_for_the_same_share_a_look_up_and_its_error(names: Names) -> None:
    async def play(loop: Loop) -> None:
        waiting = [asyncio.ensure_future(loop.getaddrinfo("silent", 80)) for _ in range(200)]
        await asyncio.to_thread(names.wait_for, 1)
        waiting[0].cancel()  # the first one's giving up is not the others'
        names.speak.set()
        first, *others = await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(first, asyncio.CancelledError)
        assert {str(error) for error in others} == {f"[Errno {socket.EAI_NONAME}] nobody knows it"}
        assert names.asked == ["silent"]
        with pytest.raises(socket.gaierror):  # what is over is asked anew
            await loop.getaddrinfo("silent", 80)
        assert names.asked == ["silent"] * 2

    played(play)


def test_more_names_than_there_are_places_come_in_their_turn(names: Names) -> None:
    async def play(loop: Loop) -> None:
        waiting = [asyncio.ensure_future(loop.getaddrinfo(f"silent{n}", 80)) for n in range(MOST + 1)]
        await asyncio.to_thread(names.wait_for, MOST)
        assert len(names.asked) == MOST
        names.speak.set()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert len(names.asked) == MOST + 1

    played(play)


def test_names_that_all_have_given_up_on_take_no_place_and_are_nobodys_error(
    names: Names, caplog: pytest.LogCaptureFixture
) -> None:
    async def play(loop: Loop) -> None:
        waiting = [asyncio.ensure_future(loop.getaddrinfo(f"silent{n}", 80)) for n in range(MOST)]
        await asyncio.to_thread(names.wait_for, MOST)
        late = [asyncio.ensure_future(loop.getaddrinfo(f"silent{MOST + n}", 80)) for n in range(MOST)]
        good = asyncio.ensure_future(loop.getaddrinfo("example.com", 443))
        await asyncio.sleep(0)  # they stand in line
        for one in (*waiting, *late):
            one.cancel()
        await asyncio.gather(*waiting, *late, return_exceptions=True)
        names.speak.set()
        assert await good
        assert names.asked[MOST:] == ["example.com"]
        with pytest.raises(socket.gaierror):  # whoever asks for one of those then
            await loop.getaddrinfo(f"silent{MOST}", 80)

    played(play)
    gc.collect()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
