"""What a terminal shows of a talk: plain lines, events as JSON, or a conversation for a person to type in."""

import asyncio
import json
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import click

from tasktalk.runtime.ports import Message


class Screen(Protocol):
    """Where the talk is shown and where the answers come from."""

    def talk(self, message: Message) -> None:
        """The bot said something."""
        ...

    def printed(self, line: str) -> None:
        """The script printed something for its author."""
        ...

    def noted(self, text: str) -> None:
        """Something that the author should know of the script or its talk."""
        ...

    def task(self, change: Mapping[str, object]) -> None:
        """A task was made or changed."""
        ...

    def wait(self, until: datetime, seconds: float, *, is_skipped: bool) -> None:
        """The script waits; `is_skipped` when its time is let pass at once."""
        ...

    async def hear(self, suggestions: Sequence[Mapping[str, str]], *, is_secret: bool = False) -> str | None:
        """The next answer; None when no more will come. One that `is_secret` is not shown while it is typed."""
        ...

    def error(self, code: str, text: str, line: int | None = None) -> None:
        """The talk failed: `text` is a sentence, or a diagnostic with place and caret; `line` is the script's."""
        ...

    def end(self, value: object) -> None:
        """The script came to its end, with this value."""
        ...


class Lines:
    """The lines of standard input, read as they come, by a thread that never keeps the process from ending."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()

    async def next(self) -> str | None:
        """The next line without its end; None after the last."""
        line = await self._lines.get()
        if line is None:
            self._lines.put_nowait(None)
        return line

    def _read(self) -> None:
        # A reader of its own: while this thread waits in that of sys.stdin, Python aborts when it ends.
        with open(sys.stdin.fileno(), "rb", closefd=False) as lines:
            for raw in lines:
                self._put(raw.decode("utf-8", "replace").rstrip("\r\n"))
        self._put(None)

    def _put(self, line: str | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)


class PlainScreen:
    """Each message one line of standard output; everything else goes to standard error, what is printed as `log: …`."""

    def __init__(self) -> None:
        self._lines = Lines()

    def talk(self, message: Message) -> None:
        if message.words or not message.suggestions:
            click.echo(
                message.words.replace("\\", "\\\\").replace("\n", "\\n") if "\n" in message.words else message.words
            )

    def printed(self, line: str) -> None:
        click.echo(f"log: {line}", err=True)

    def noted(self, text: str) -> None:
        click.echo(text, err=True)

    def task(self, change: Mapping[str, object]) -> None:
        pass

    def wait(self, until: datetime, seconds: float, *, is_skipped: bool) -> None:
        click.echo(waiting(until, seconds, is_skipped), err=True)

    async def hear(self, suggestions: Sequence[Mapping[str, str]], *, is_secret: bool = False) -> str | None:
        if suggestions:
            click.echo(offered(suggestions), err=True)
        return await self._lines.next()

    def error(self, code: str, text: str, line: int | None = None) -> None:
        click.echo(text, err=True)

    def end(self, value: object) -> None:
        pass


class JsonScreen:
    """One event a line, as JSON; the answers are lines of standard input as they are."""

    def __init__(self) -> None:
        self._lines = Lines()

    def talk(self, message: Message) -> None:
        self._event("talk", text=message.words, suggestions=message.suggestions)

    def printed(self, line: str) -> None:
        click.echo(f"log: {line}", err=True)

    def noted(self, text: str) -> None:
        click.echo(text, err=True)

    def task(self, change: Mapping[str, object]) -> None:
        self._event("task", **change)

    def wait(self, until: datetime, seconds: float, *, is_skipped: bool) -> None:
        self._event("wait", until=until.isoformat(), seconds=round(seconds, 3))

    async def hear(self, suggestions: Sequence[Mapping[str, str]], *, is_secret: bool = False) -> str | None:
        self._event("hear", suggestions=list(suggestions), **({"is_secret": True} if is_secret else {}))
        return await self._lines.next()

    def error(self, code: str, text: str, line: int | None = None) -> None:
        sentence = text.partition("\n")[0].partition(": error: ")[2].removesuffix(f"  [{code}]") or text
        self._event("error", code=code, message=sentence, line=line, rendered=text)

    def end(self, value: object) -> None:
        self._event("end", value=value)

    def _event(self, event_type: str, **fields: Any) -> None:
        click.echo(json.dumps({"type": event_type, **fields}, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def offered(suggestions: Sequence[Mapping[str, str]]) -> str:
    """The answers that one may choose from, in a line."""
    return "  ".join(f"[{offer['label']}]" for offer in suggestions)


def waiting(until: datetime, seconds: float, is_skipped: bool) -> str:
    """That the script waits, in a sentence."""
    when = until.strftime("%Y-%m-%d %H:%M:%S UTC")
    if is_skipped:
        return f"({length(seconds)} pass: it is {when})"
    return f"(the script waits {length(seconds)}, until {when}; with --fast this passes at once)"


def length(seconds: float) -> str:
    """A length of time in words, in its largest unit."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}".replace(".0 ", " ")
    return f"{seconds:.0f} seconds"
