"""What can be wrong with the database itself, in a sentence for the person who runs it."""

from tasktalk.storage.extras import installing


class DatabaseError(Exception):
    """The database cannot be used; the message says which one and why, and holds nothing of the driver."""


class Damaged(DatabaseError):
    """What is stored is not as it was written. Any other DatabaseError says nothing about that."""


class Unfit(DatabaseError):
    """A value that was given is one that the database does not take. It says nothing about what others give."""


RESTORE = "stop the servers, keep the database as it is, and go on with the newest copy in which nothing is wrong"
"""What to do about damage."""


def cannot_use(name: str, reason: str, kind: type[DatabaseError] = DatabaseError) -> DatabaseError:
    """The error for a database that is called `name`."""
    return kind(f"cannot use the database {name}: {reason}")


def no_driver() -> DatabaseError:
    """The error where PostgreSQL's driver is not installed."""
    return DatabaseError(f"PostgreSQL needs its driver: {installing('postgresql')}")
