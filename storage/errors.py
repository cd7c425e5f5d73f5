"""What can be wrong with the database itself, in a sentence for the person who runs it."""

import sys
from pathlib import Path


class DatabaseError(Exception):
    """The database cannot be used; the message says which one and why, and holds nothing of the driver."""


class Damaged(DatabaseError):
    """What is stored is not as it was written. Any other DatabaseError says nothing about that."""


RESTORE = "stop the servers, keep the database as it is, and go on with the newest copy in which nothing is wrong"
"""What to do about damage."""


def cannot_use(name: str, reason: str, kind: type[DatabaseError] = DatabaseError) -> DatabaseError:
    """The error for a database that is called `name`."""
    return kind(f"cannot use the database {name}: {reason}")


def no_driver() -> DatabaseError:
    """The error where PostgreSQL's driver is not installed, with the command that installs it as TaskTalk was."""
    root = Path(__file__).resolve().parents[1]
    what = f"--editable '{root}[postgresql]'" if (root / "pyproject.toml").is_file() else "'tasktalk[postgresql]'"
    return DatabaseError(f"PostgreSQL needs its driver: {sys.executable} -m pip install {what}")
