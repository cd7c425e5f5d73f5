"""What goes wrong in a pipeline of PostgreSQL's: several statements on their way before the first is answered."""

from types import TracebackType

import psycopg


class FirstError:
    """Catches what is raised inside of a pipeline and at its end, and keeps the first of it.

    That is the one which tells something: of the later statements it is said that they were left, and psycopg logs that
    when an error leaves the pipeline. It is kept without its traceback, which has whoever keeps it: only the garbage
    collector would part them.
    """

    def __init__(self) -> None:
        self.error: psycopg.Error | None = None

    def __enter__(self) -> None:
        """Once around the pipeline, and once inside."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, psycopg.Error):
            return False
        self.error = self.error or error.with_traceback(None)
        return True

    def demand_none(self) -> None:
        """Raises what was caught, and keeps it no longer."""
        try:
            if self.error is not None:
                raise self.error
        finally:
            self.error = None
