"""A log for what may come again and again: of the same it tells once in an hour."""

import logging
from datetime import datetime, timedelta

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
