"""The server's log: for people a line of text, for programs one JSON object a line. No secret gets into either.

A line that is written while a turn, or a delivery, is under way carries the ids of what it is about.
"""

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from tasktalk.runtime.about import HIDDEN, ids, without_secrets

_TOKENS = re.compile(
    r"(?P<token>\btt_[\w-]{8,})"
    r"|(?P<bearer>\bBearer\s+)[^\s'\"]+"
    r"|(?P<url>\b[a-z][a-z0-9+]*://[^\s:/@]*:)[^\s/@]+(?=@)",
    re.IGNORECASE,
)


class Hiding:
    """Takes out of a text what must not be read in a log: known secrets, tokens, passwords in addresses, and what
    contacts have answered in the turn that is under way where nobody is to see it."""

    def __init__(self, secrets: Iterable[str | None]) -> None:
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _TOKENS.sub(_hidden, without_secrets(text))


class Text(logging.Formatter):
    """Time, level, logger, in brackets what it is about, and the message as it is."""

    def __init__(self, hide: Hiding) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        found = " ".join(f"{name}={value}" for name, value in ids().items())
        head = f"{self.formatTime(record)} {record.levelname} {record.name}{f' [{found}]' if found else ''}: "
        return head + self._hide("\n".join([record.getMessage(), *_trace(self, record)]))


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, `trace` where there is one, and the ids."""

    def __init__(self, hide: Hiding) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._hide(record.getMessage()),
            **ids(),
        }
        if trace := _trace(self, record):
            line["trace"] = self._hide("\n".join(trace))
        return json.dumps(line, ensure_ascii=False)


def begin_log(form: Literal["text", "json"], secrets: Iterable[str | None]) -> None:
    """From now on what is logged goes to the standard error in this form, without these secrets."""
    hide = Hiding(secrets)
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # it warns of each row that was there already
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(hide) if form == "json" else Text(hide))
    logging.captureWarnings(form == "json")
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("tasktalk").setLevel(logging.INFO)


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    # Not the record's exc_text: another handler may have left it there as it was.
    found = [formatter.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
    return found + ([formatter.formatStack(record.stack_info)] if record.stack_info else [])


def _hidden(found: re.Match[str]) -> str:
    return (found["bearer"] or found["url"] or "") + HIDDEN
