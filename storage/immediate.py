"""Work that is done where it is asked for: of a database in memory nobody has to wait for a disk, or for others."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")


class Immediately:
    """Takes the place of a thread of its own; two switches between threads cost more than what is done here."""

    is_apart = False
    is_idle = True

    def do(self, work: Callable[[], R]) -> "asyncio.Future[R]":
        """What `work` gives, or raises, as a future that is done."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)
        return done

    def stop(self) -> None:
        """Everything is done."""
