"""Python's garbage collector, held off from what is compiled. It belongs to the whole process, and so does this."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_is_frozen = False  # whether the host was once seen to have frozen objects


@contextmanager
def uncollected() -> Iterator[None]:
    """Holds off Python's garbage collector, which would go again and again through trees that are all still needed.

    What is left then lasts as long as the program and holds no cycle, so it goes to the oldest generation unseen, which
    is where thawed objects go. A host that has frozen objects of its own keeps them frozen.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not _has_frozen():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _has_frozen() -> bool:
    """Whether the host has frozen objects. Python counts them all, which takes longer than to compile most scripts, so
    a host that once had some is not asked again."""
    global _is_frozen  # noqa: PLW0603 - there is one collector in a process
    _is_frozen = _is_frozen or gc.get_freeze_count() > 0
    return _is_frozen
