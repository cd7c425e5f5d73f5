"""Drives a session from an input to its next wait or its end, awaiting what the script's keywords have to await."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.keyword import Keyword
from tasktalk.interpreter.limits import in_force
from tasktalk.interpreter.session import Finished, Outcome, Pending, Session, Waiting
from tasktalk.runtime.scene import Arguments
from tasktalk.runtime.slices import Slices
from tasktalk.runtime.turn import Turn
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.writes import Conflict

_log = logging.getLogger("tasktalk.turn")


class Ended(NamedTuple):
    """The script came to its end, with this value."""

    value: Any


class Suspended(NamedTuple):
    """The script waits in this keyword."""

    keyword: Keyword
    waiting: Waiting


Ending: TypeAlias = Ended | Suspended


class Driver:
    """Runs the scripts of turns. Everything that a script may not catch leaves as ScriptError or as our own fault."""

    def __init__(self, slices: Slices, keyword_seconds: float, computes: Callable[[str], None]) -> None:
        """A keyword that has to be awaited for longer than `keyword_seconds` is stopped. `computes` is called with the
        conversation of each turn for which one slice of computing is not enough."""
        self._slices, self._keyword_seconds, self._computes = slices, keyword_seconds, computes
        self.timer = slices.timer

    def start(
        self, session: Session, turn: Turn, arguments: Arguments, handler: str | None = None
    ) -> Awaitable[Ending]:
        """Runs a new session up to its first wait: from the script's first line, or a handler's."""
        if handler is not None and isinstance(arguments, Mapping):
            return self._go_on(session, turn, partial(session.start_handler, handler, arguments))
        return self._go_on(session, turn, partial(session.start, arguments))

    def resume(
        self, session: Session, turn: Turn, keyword: Keyword, request: Mapping[str, Any], given: str | None
    ) -> Awaitable[Ending]:
        """Gives a waiting session what it waited for: the text of a message, None when its time has come."""
        if keyword.resumed is None:
            return self._go_on(session, turn, partial(session.resume, given))
        return self._go_on(session, turn, keyword=keyword, call=keyword.resumed(turn, request, given))

    async def _go_on(
        self,
        session: Session,
        turn: Turn,
        step: Callable[[], Outcome] | None = None,
        keyword: Keyword | None = None,
        call: Awaitable[Any] | None = None,
    ) -> Ending:
        computes = partial(self._computes, turn.conversation_id)
        with in_force(session.limits):  # for what keywords make and keep
            while True:
                if keyword is not None and call is not None:
                    try:
                        value = await self._in_time(turn, keyword, call)
                    except (Conflict, DatabaseError):
                        raise  # the turn's own affair, and not the script's
                    except Exception as error:
                        step = partial(session.throw, _logged(error))
                    else:
                        if isinstance(value, Waiting):
                            return Suspended(keyword, value)
                        step = partial(session.resume, value)
                outcome = await self._slices.run(session, step or session.resume, computes)
                if isinstance(outcome, Finished):
                    return Ended(outcome.value)
                if isinstance(outcome, Pending):
                    keyword, call = outcome.keyword, outcome.call

    async def _in_time(self, turn: Turn, keyword: Keyword, call: Awaitable[Any]) -> Any:
        """What the keyword gives; raises Refused `timeout`, which scripts can catch, and leaves nothing running."""
        steps = call.__await__()
        try:
            first = next(steps)
        except StopIteration as done:  # as most do: what needs no waiting needs no limit either
            return done.value
        try:
            async with asyncio.timeout(self._keyword_seconds) as limit:
                return await _Rest(first, steps)
        except TimeoutError:
            if not limit.expired():
                raise
        seconds = f"{self._keyword_seconds:g} second{'' if self._keyword_seconds == 1 else 's'}"
        message = f"{keyword.phrase} took longer than {seconds} and was stopped"
        late = Refused("timeout", message, "try it again later, and write TRY … CATCH around it")
        await turn.break_off(late)
        raise late


class _Rest:
    """What is left of an awaitable that has begun to wait for `first`."""

    def __init__(self, first: Any, steps: Generator[Any, Any, Any]) -> None:
        self._first, self._steps = first, steps

    def __await__(self) -> Generator[Any, Any, Any]:
        waits_for = self._first
        while True:
            try:
                yield waits_for
            except BaseException as error:
                # A cancellation, say: it belongs to whoever waits, who may go on waiting.
                try:
                    waits_for = self._steps.throw(error)
                except StopIteration as done:
                    return done.value
            else:
                return (yield from self._steps)


def _logged(error: Exception) -> Exception:
    """What is no refusal is a fault of the keyword's: its traceback must not be lost where the script catches it."""
    if not isinstance(error, Refused | ScriptError):
        _log.error("a keyword failed", exc_info=error)
    return error
