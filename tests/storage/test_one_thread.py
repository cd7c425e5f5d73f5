"""One thread: in the order of the calls, and nobody who goes away leaves anything undone."""

import asyncio
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from tasktalk.storage.one_thread import OneThread
from tests.patience import PATIENCE


@pytest.fixture
def thread() -> Iterator[OneThread]:
    made = OneThread("tasktalk-test")
    yield made
    made.stop()


async def test_all_is_done_in_one_thread_in_the_order_of_the_calls(thread: OneThread) -> None:
    done: list[int] = []
    places = await asyncio.gather(*(thread.do(threading.get_ident) for _ in range(3)))
    await asyncio.gather(*(thread.do(partial(done.append, number)) for number in range(100)))
    assert done == list(range(100))
    assert len(set(places)) == 1
    assert threading.get_ident() not in places


async def test_what_goes_wrong_is_told_to_who_asked(thread: OneThread) -> None:
    with pytest.raises(ZeroDivisionError):
        await thread.do(lambda: 1 // 0)
    assert await thread.do(lambda: 2) == 2


async def test_it_is_done_also_when_nobody_waits_any_more(thread: OneThread) -> None:
    may_go_on, done = threading.Event(), list[str]()
    first = thread.do(partial(may_go_on.wait, PATIENCE))
    second = thread.do(partial(done.append, "second"))
    second.cancel()
    may_go_on.set()
    assert await first
    assert await thread.do(lambda: "third") == "third"
    assert done == ["second"]


def test_an_event_loop_that_is_gone_is_no_hindrance(thread: OneThread) -> None:
    may_go_on = threading.Event()

    async def leaves() -> None:
        thread.do(partial(may_go_on.wait, PATIENCE))

    asyncio.run(leaves())
    may_go_on.set()

    async def asks() -> int:
        return await thread.do(lambda: 3)

    assert asyncio.run(asks()) == 3


async def test_nothing_may_be_given_to_a_thread_that_has_ended(thread: OneThread) -> None:
    thread.stop()
    with pytest.raises(RuntimeError, match="ended"):
        thread.do(lambda: 1)
