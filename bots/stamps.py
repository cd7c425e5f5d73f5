"""Whether a file is still what it was."""

from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, int, int] | None
"""What a file changes with; None where it is not to be had."""


def stamp(path: Path) -> Stamp:
    """The stamp of a file now; of a link, that of the file which it leads to."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
