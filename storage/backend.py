"""What every kind of database has of its own; everything else in this package is the same for all of them."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import IntegrityError

from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.grouping import Group
from tasktalk.storage.writes import WriteSet


class Size(NamedTuple):
    """The space of a database, in bytes."""

    taken: int
    unused: int | None  # of it; None where the database does not tell


class ReadingConnection(Protocol):
    """A connection that can only read, used by one reader at a time."""

    @property
    def dialect(self) -> Dialect:
        """For what it takes statements to be compiled; its parameters are by position."""
        ...

    @property
    def is_usable(self) -> bool:
        """Whether it may be used again."""
        ...

    def begin(self) -> None:
        """Begins a transaction that sees one moment: that of its first statement."""
        ...

    def fetch_now(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]] | None:
        """All rows of a statement that takes microseconds wherever nobody has to be waited for; elsewhere None, and
        `fetch` is to be asked."""
        ...

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """All rows of a compiled statement. When the caller is cancelled meanwhile, nothing is under way afterwards."""
        ...

    async def fetch_each(
        self, asked: Sequence[tuple[str, Sequence[Any]]], *, is_all: bool = False
    ) -> Sequence[Sequence[Sequence[Any]]]:
        """What `fetch` gives, of each of several statements: they are waited for together, where waiting takes
        longest. With `is_all` nothing else is read before `end`, which then need not wait."""
        ...

    def end(self) -> Awaitable[None] | None:
        """Ends the transaction; where that needs the database, once what it gives was awaited."""
        ...

    async def close(self) -> None:
        """Closes it."""
        ...


class LoopWriter(Protocol):
    """Writes batches in the event loop, one at a time, while the writer's thread has nothing to do."""

    def takes(self, batch: Sequence[WriteSet]) -> bool:
        """Whether nobody else in the event loop has to wait long for it. Asked once for each batch."""
        ...

    async def write(self, groups: Sequence[Group], finishing: Callable[[], None]) -> None:
        """Executes them in turn, as one transaction that is on disk when this returns. `finishing` is called before its
        commit. Raises what `Backend.execute` and that raise, or the driver, and then nothing is written, unless it is
        the commit that failed."""
        ...

    async def close(self) -> None:
        """Lets go of what is its own."""
        ...


class Signals(Protocol):
    """Words that processes which share a database call to each other. They only save time: one may get lost, or all."""

    @property
    def is_heard(self) -> bool:
        """Whether it hears: it has heard itself, and nothing was cut off since."""
        ...

    async def tell(self, words: Collection[str]) -> None:
        """Calls words to every other process that listens."""
        ...

    async def close(self) -> None:
        """Hears and tells nothing more."""
        ...


class Backend(Protocol):
    """One database: how it is opened, how its errors are to be read, and who drives it."""

    @property
    def name(self) -> str:
        """What to call it towards the person who runs it; never with a password."""
        ...

    @property
    def is_private(self) -> bool:
        """Whether nobody else can ever find it."""
        ...

    def connect(self) -> Connection:
        """The writer's connection, with the tables up to date. Called in the writer's thread. Raises DatabaseError."""
        ...

    def execute(self, connection: Connection, groups: Sequence[Group]) -> None:
        """Executes groups of writes in turn, in the writer's thread. Raises Unexpected when an update or a count does
        not meet exactly one row, or an expected row is not there; what SQLAlchemy raises, when a row or a value cannot
        be written or the driver fails. What was written before stays in the transaction."""
        ...

    def loop_writer(self, connection: Connection) -> LoopWriter:
        """What writes without the writer's thread, whose connection this is."""
        ...

    async def reading(self) -> ReadingConnection:
        """A new connection for readers. Raises DatabaseError."""
        ...

    def errors(self) -> AbstractContextManager[None]:
        """Turns the driver's errors into DatabaseError."""
        ...

    def error(self, error: Exception) -> DatabaseError:
        """The clear error for one of the driver's."""
        ...

    def is_driver_error(self, error: Exception) -> bool:
        """Whether the database, not the write set, is at fault."""
        ...

    def is_duplicate(self, error: IntegrityError) -> bool:
        """Whether a row with these unique values was there already."""
        ...

    def may_be_repeated(self, error: Exception) -> bool:
        """Whether the database undid a transaction only because another one stood in its way."""
        ...

    async def signals(self, heard: Callable[[str], None]) -> Signals | None:
        """Begins to listen: `heard` is called with each word, and with "" when some may have been missed.

        None where one process has the database for itself.
        """
        ...

    def edition(self, connection: Connection) -> int | None:
        """A number that changes when another program has written to the database, as the writer's connection sees it.

        None where processes tell each other (see `signals`). Called in the writer's thread.
        """
        ...

    def shrink(self, connection: Connection) -> bool:
        """Gives a small part of the space that nothing needs back to the system, where the database does not do that by
        itself; whether there is more. Called in the writer's thread, outside of a transaction."""
        ...

    def purge(self, connection: Connection) -> bool:
        """Leaves nothing in the files of what was removed; False while another's read keeps that from being done.
        Called like `shrink`."""
        ...

    async def damages(self, connection: ReadingConnection, *, is_quick: bool) -> Sequence[str]:
        """What the database itself finds wrong with how it is stored, each in a sentence, at most some of it; with
        `is_quick` only what is found in one pass."""
        ...

    async def tables(self, connection: ReadingConnection) -> set[str]:
        """The names of the tables that are there."""
        ...

    def vacuum(self, connection: Connection) -> Iterator[float]:
        """Gives back what space nothing needs, in steps between which others can write; each gives which part of it is
        done, up to 1.0. Called in the writer's thread, outside of a transaction."""
        ...

    def size(self, connection: Connection) -> Size:
        """How much space it takes."""
        ...

    def claim(self) -> bool:
        """Makes this the process that drives the database; False while another one does, where only one can."""
        ...

    def close(self) -> None:
        """Lets go of everything but the connections."""
        ...
