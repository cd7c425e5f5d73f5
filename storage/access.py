"""What this user may do with a database's file: how it is made, how it is opened, and why it cannot be."""

import os
from pathlib import Path


def make_private(path: Path) -> None:
    """Makes an empty file that is this user's alone; what SQLite makes beside it is as private. Raises OSError."""
    path.touch(0o600, exist_ok=False)


def uri_to_read(path: Path) -> str:
    """How SQLite opens a file for reading, also one that nobody can write."""
    path = path.resolve()  # what is beside a link is of no account
    if _may(path, os.W_OK) and _may(path.parent, os.W_OK):
        mode = "rw"
    elif _is_served_or_left(path):
        mode = "ro"
    else:
        mode = "ro&immutable=1"  # else it has to make files beside one that is in WAL mode
    return f"{path.as_uri()}?mode={mode}"


def refusal(path: Path) -> str | None:
    """What this user may not do with a file, and what helps; None where it is something else."""
    path = path.resolve()
    if path.parent.is_dir() and not _may(path.parent, os.X_OK):
        return "this user may not look into its folder"
    if path.exists() and not _may(path, os.R_OK):
        return "this user may not read the file"
    if not _may(path.parent, os.W_OK) and _is_served_or_left(path):
        beside = f"what was written last is in {path.name}-wal beside it"
        return f"{beside}, and this user may not write to that folder: copy both files to a folder of your own"
    if path.exists() and not _may(path, os.W_OK):
        return "this user may not write to the file"
    return None if _may(path.parent, os.W_OK) else "this user may not write to its folder"


def _is_served_or_left(path: Path) -> bool:
    """Whether a server has the file open, or was killed and has left what is not in the file itself yet."""
    log, index = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    return index.exists() or (log.exists() and log.stat().st_size > 0)


def _may(path: Path, what: int) -> bool:
    return os.access(path, what, effective_ids=os.access in os.supports_effective_ids)
