"""Calls of keywords by compiled code, and whether what they give is what they declare."""

from datetime import datetime
from types import CellType
from typing import Any, cast

from tasktalk.interpreter.control import Suspend
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.failures import keyword_failed
from tasktalk.interpreter.keyword import Keyword, ResultType
from tasktalk.interpreter.outcomes import Pending
from tasktalk.interpreter.values import Handle, Rows, Value, fit_number

_RESULTS: dict[ResultType, tuple[type, ...]] = {
    "nothing": (),
    "text": (str, Handle),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "date": (datetime,),
    "list": (list, Rows),
    "record": (dict,),
    "rows": (list, Rows),
}


def call_keyword(keywords: list[Keyword], host: CellType, number: int, arguments: dict[str, Value]) -> Value:
    """Calls a keyword; an async one takes the script off the stack."""
    keyword = keywords[number]
    for name, value in arguments.items():
        if type(value) is int:
            arguments[name] = fit_number(value)
    try:
        result: Any = keyword.function(host.cell_contents, **arguments)
    except Exception as error:
        raise keyword_failed(keyword.phrase, error) from error
    if keyword.is_async:
        raise Suspend(Pending(result, keyword))
    if not gives(keyword, result):
        raise wrong_result(keyword, result)
    return cast(Value, result)


def gives(keyword: Keyword, value: object) -> bool:
    """The value is what the keyword declares, or null."""
    return keyword.returns == "any" or value is None or type(value) in _RESULTS[keyword.returns]


def wrong_result(keyword: Keyword, result: object) -> ScriptError:
    """The fault of a keyword whose function does not keep to its declaration."""
    kind = type(result).__name__
    fault = TypeError(f"the keyword {keyword.phrase} gave {kind} and declares {keyword.returns}")
    return keyword_failed(keyword.phrase, fault)
