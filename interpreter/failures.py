"""Whatever goes wrong while a script runs, as an error of the script with its place."""

import logging
from types import TracebackType

from tasktalk.interpreter.compiler.compiled import positions
from tasktalk.interpreter.control import TOO_DEEP, kept
from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.values import Value

logger = logging.getLogger(__name__)

_NO_NUMBER = "float NaN"  # in what Python says


def as_script_error(error: BaseException) -> ScriptError:
    """The error as the script's own, placed where the script was; what is not the script's fault becomes `internal`."""
    failed: ScriptError
    match error:
        case ScriptError():
            failed = error
        case Refused():
            failed = ScriptError(error.code, error.message, hint=error.hint)
        case RecursionError():
            failed = ScriptError("depth", TOO_DEEP)
        case OverflowError():  # a whole number past every float beside a float
            failed = ScriptError("overflow", "the number is too large")
        case ValueError() if _NO_NUMBER in str(error):  # INT of what was past all numbers and taken from itself
            failed = ScriptError("overflow", "the number is too large")
        case MemoryError():
            failed = ScriptError("memory", "the script needs too much memory")
        case _:
            failed = ScriptError("internal", "something went wrong inside of TaskTalk")
            logger.error("a script met an internal error", exc_info=error)
    if failed is not error:
        failed.__cause__ = error
    if failed.span is None:
        place(failed, error.__traceback__)
    return failed


def keyword_failed(phrase: str, error: Exception) -> ScriptError:
    """What a script meets when a keyword's own function fails, the original being its cause.

    What the function refuses, and what the depth or the memory of the script may be to blame for, stays as it is.
    """
    if isinstance(error, Refused | ScriptError | RecursionError | OverflowError | MemoryError):
        return as_script_error(error)
    message = f"the keyword {phrase} failed: the fault is in the program that provides it, not in this script"
    failed = ScriptError("internal", message)
    failed.__cause__ = error
    logger.error("the function of the keyword %s failed", phrase, exc_info=error)
    return failed


def place(error: ScriptError, traceback: TracebackType | None) -> None:
    """Gives the error the innermost place in the traceback that is a script's."""
    while traceback is not None:
        known = positions(traceback.tb_frame.f_code)
        if known is not None:
            error.span = known.span(traceback.tb_lasti // 2)
            error.script = known.procedure.script
            error.keyword = known.procedure.phrases.get(error.span[:2]) if error.span else None
        traceback = traceback.tb_next


def caught(error: Exception) -> list[Value]:
    """The error as plain data, for the script's own handlers."""
    return kept(as_script_error(error))
