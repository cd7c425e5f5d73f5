"""Which batches the event loop writes to a file itself."""

from collections.abc import Sequence

from tasktalk.storage.grouping import children
from tasktalk.storage.writes import Delete, WriteSet

_SECONDS, _SECONDS_A_SET = 0.002, 0.0001  # a quick disk takes a third of it
_APART = 100  # batches, after one that took longer


class Pace:
    """A batch is written by the event loop for as long as that is quick.

    Where the disk is slow, or where rows lie far apart in a large file, everybody would wait for it.
    """

    def __init__(self) -> None:
        self._apart = 0

    def is_quick(self, batch: Sequence[WriteSet]) -> bool:
        """Whether the batch, asked for once, needs no thread."""
        if self._apart:
            self._apart -= 1
            return False
        # What refers to a row may be any number of rows, and is removed with it.
        return not any(
            write.__class__ is Delete and children(write.table) for writes in batch for write in writes.writes
        )

    def took(self, sets: int, seconds: float) -> None:
        """So long did so many write sets take without one."""
        if seconds > _SECONDS + sets * _SECONDS_A_SET:
            self._apart = _APART
