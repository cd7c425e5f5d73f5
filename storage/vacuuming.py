"""Gives the space back that nothing in a database needs any more, also while a server writes to it."""

import time
from collections.abc import Callable

from tasktalk.storage.backend import Size
from tasktalk.storage.database import existing


def vacuum(
    url: str, told: Callable[[float], None], pause: Callable[[float], None] = time.sleep
) -> tuple[Size, Size, bool]:
    """The sizes before and after, and whether the files have the new one already; `told` hears which part is done.

    Between two steps there is a `pause` as long as the step was, so that a server comes to its turns. Raises
    DatabaseError.
    """
    backend = existing(url)
    try:
        connection = backend.connect()
        try:
            before, began = backend.size(connection), time.perf_counter()
            for part in backend.vacuum(connection):
                told(part)
                pause(time.perf_counter() - began)
                began = time.perf_counter()
            is_purged = backend.purge(connection)
            return before, backend.size(connection), is_purged
        finally:
            connection.close()
    finally:
        backend.close()
