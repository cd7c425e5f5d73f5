"""Work that is not left half way."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Does all of it, also when the caller is cancelled meanwhile, who is told so only then."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # nobody is there any more to be told of it
        raise
    finally:
        del task  # it has its error, whose traceback has this frame: only the garbage collector would part them
