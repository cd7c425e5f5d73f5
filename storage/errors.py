"""What can be wrong with the database itself, in a sentence for the person who runs it."""


class DatabaseError(Exception):
    """The database cannot be used; the message says which one and why, and holds nothing of the driver."""


def cannot_use(name: str, reason: str) -> DatabaseError:
    """The error for a database that is called `name`."""
    return DatabaseError(f"cannot use the database {name}: {reason}")
