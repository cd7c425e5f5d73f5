"""Drives a session from an input to its next wait or its end, awaiting what the script's keywords have to await."""

import logging
from collections.abc import Awaitable, Callable, Mapping
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

    def __init__(self, slices: Slices, computes: Callable[[str], None]) -> None:
        """`computes` is called with the conversation of each turn for which one slice of computing is not enough."""
        self._slices, self._computes = slices, computes
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
                        value = await call
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


def _logged(error: Exception) -> Exception:
    """What is no refusal is a fault of the keyword's: its traceback must not be lost where the script catches it."""
    if not isinstance(error, Refused | ScriptError):
        _log.error("a keyword failed", exc_info=error)
    return error
