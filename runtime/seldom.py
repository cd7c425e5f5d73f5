"""Logs for what may come again and again: one tells of the same once in an hour, the other when it begins and ends."""

import logging
from datetime import datetime, timedelta

from tasktalk.storage.errors import DatabaseError

AGAIN_AFTER = timedelta(hours=1)


class Seldom:
    """Tells errors to a log. It remembers what was told for AGAIN_AFTER, by this process alone."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._told: dict[str, datetime] = {}

    def error(self, about: str, now: datetime, message: str, *values: object) -> None:
        """Tells it, unless an error about the same was told a short while ago."""
        self._told = {key: at for key, at in self._told.items() if timedelta() <= now - at < AGAIN_AFTER}
        if about not in self._told:
            self._told[about] = now
            self._log.error(message, *values)


class Trouble:
    """What is tried again until it goes well: the log has when it begins to fail, and when that is over.

    So a database that is away for a night fills no disk.
    """

    def __init__(self, log: logging.Logger, begins: str, ends: str) -> None:
        """Both are what the log says; `begins` has a place for the error behind those for the values of `comes`."""
        self._log, self._begins, self._ends = log, begins, ends
        self._told: object = None

    def comes(self, error: Exception, *values: object) -> None:
        """It has failed. Told unless that was said of the same: of a database in one sentence, else with the traceback
        of what is ours."""
        is_away = isinstance(error, DatabaseError)  # its message says all, and may say it in other words each time
        about = type(error) if is_away else repr(error)
        if about != self._told:
            self._told = about
            self._log.error(self._begins, *values, error, exc_info=None if is_away else error)

    def ends(self) -> None:
        """It went well. Told where it had failed before."""
        if self._told is not None:
            self._told = None
            self._log.info(self._ends)
