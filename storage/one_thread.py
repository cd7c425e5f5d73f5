"""One thread for what blocks, for as long as a database is open."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

R = TypeVar("R")


class Worker(Protocol):
    """Where the writer's work is done."""

    is_apart: bool
    """Whether the event loop goes on meanwhile."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        ...

    def do(self, work: Callable[[], R]) -> "asyncio.Future[R]":
        """What `work` gives or raises; it is done after all that was given before, also when nobody waits for it."""
        ...

    def stop(self) -> None:
        """Returns when all that was given is done; nothing may be given any more."""
        ...


class OneThread:
    """Does everything in one thread, in the order of the calls.

    An executor has three locks and a condition for each call, of which nothing is needed here: every commit is one.
    """

    is_apart = True

    def __init__(self, name: str) -> None:
        self._given: SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._is_stopped = False
        self._begun = self._ended = 0  # each is counted by one thread
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether all that was given is done, also what nobody waits for."""
        return self._begun == self._ended

    def do(self, work: Callable[[], R]) -> "asyncio.Future[R]":
        """What `work` gives or raises, in the event loop that asks."""
        if self._is_stopped:
            raise RuntimeError("the thread has ended")
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._begun += 1
        self._given.put((done, work))
        return done

    def stop(self) -> None:
        """Ends the thread once all that was given is done."""
        self._is_stopped = True
        self._given.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (given := self._given.get()) is not None:
            done, work = given
            found, failure = None, None
            try:
                found = work()
            except BaseException as error:
                failure = error
            self._ended += 1
            with suppress(RuntimeError):  # the event loop is closed, and nobody waits any more
                done.get_loop().call_soon_threadsafe(tell, done, found, failure)
            del given, done, work, found, failure  # nothing of it is kept while nothing is to be done


def tell(done: "asyncio.Future[Any]", found: Any, failure: BaseException | None) -> None:
    """Hands what was found, or what went wrong, to who waits for it."""
    if done.done():
        return  # nobody waits for it any more
    if failure is None:
        done.set_result(found)
    else:
        done.set_exception(failure)
