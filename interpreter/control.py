"""How a running script leaves its Python stack, and how its errors travel as plain data.

Signals are BaseExceptions that no handler of a script can see. An error that a script must keep over a wait (for a
FINALLY or an ON ERROR) is a list of plain values; what CATCH gives the script is a record.
"""

from typing import NoReturn

from tasktalk.interpreter.errors import ScriptError, Span
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import Value, text

TOO_DEEP = "procedures call each other too deeply"


class Suspend(BaseException):
    """Takes the script off the stack; `reason` is an object that the session knows."""

    def __init__(self, reason: object = None) -> None:
        self.reason = reason


class Leave(BaseException):
    """RETURN, EXIT or CONTINUE on its way through a FINALLY."""


class Stop(BaseException):
    """END, STOP or EXIT: ends the script, from any procedure."""


def kept(error: ScriptError) -> list[Value]:
    """The error as plain data."""
    return [error.code, error.message, error.hint, error.script, error.keyword, *(error.span or ())]


def again(data: list[Value]) -> ScriptError:
    """The error that was kept."""
    code, message, hint, script, keyword, *place = data
    span = Span(*(int(n) for n in place if isinstance(n, int))) if place else None
    return ScriptError(text(code), text(message), span, text(hint) or None, text(script) or None, text(keyword) or None)


def error_record(data: list[Value]) -> dict[str, Value]:
    """The error that was kept as CATCH gives it to the script."""
    code, message, _, _, keyword, *place = data
    line, column = place[:2] or (None, None)
    return {"code": code, "message": message, "line": line, "column": column, "keyword": keyword}


def thrown(message: Value, code: Value = "error") -> ScriptError:
    """The error of THROW. A caught error that is thrown again keeps its code and message."""
    if isinstance(message, dict):
        return ScriptError(text(message.get("code")) or "error", text(message.get("message")))
    return ScriptError(text(code), text(message))


def refuse(code: str, message: str) -> NoReturn:
    """What stands for something that cannot run, such as a keyword that nobody has."""
    raise ScriptError(code, message)


# ---- GOSUB and ON ERROR ----------------------------------------------------------------------------------------------


def gosub(stack: list[Value], back: int) -> None:
    """Remembers where RETURN goes on."""
    if len(stack) >= current().depth:
        raise ScriptError("depth", "GOSUB without RETURN")
    stack.append(back)


def handler(
    error: list[Value],
    block: int,
    mode: int | None,
    failing: int | None,
    catch: tuple[int, ...],
    after: tuple[int, ...],
) -> int:
    """The block that goes on after an error: that of the TRY around it, else what ON ERROR says, else the error
    leaves."""
    if catch[block] >= 0:
        return catch[block]
    if mode is None or (failing is not None and mode >= 0):
        raise again(error)
    return after[block] if mode < 0 else mode


def failed(failing: int, going: int, mode: int | None) -> int | None:
    """The block that RESUME goes back to, or None when no ON ERROR label took the error."""
    return failing if going == mode else None


def resume(failing: int | None, after: tuple[int, ...], following: bool) -> int:
    """Where RESUME or RESUME NEXT goes on."""
    if failing is None:
        raise ScriptError("resume", "RESUME without an error")
    return after[failing] if following else failing
