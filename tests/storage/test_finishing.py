"""What is done to the end: its error is told, and is gone with whoever was told."""

import asyncio
import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from tasktalk.storage.finishing import to_the_end


class Broken(Exception):
    pass


@pytest.fixture
def by_hand() -> Iterator[None]:
    """The garbage collector does not look."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("by_hand")
async def test_an_error_is_gone_at_once() -> None:
    """With it goes all that its frames have, such as a connection: nobody knows when the garbage collector comes."""

    async def fail() -> None:
        await asyncio.sleep(0)
        raise Broken

    async def ask() -> ref[Broken]:
        try:
            await to_the_end(fail())
        except Broken as error:
            return ref(error)
        raise AssertionError

    left = await ask()
    await asyncio.sleep(0)
    assert left() is None
