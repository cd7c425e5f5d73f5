"""All that compiled code can name besides its own variables: a closed table, without Python's builtins."""

from collections.abc import Iterable

from tasktalk.interpreter import classic, containers, control, failures, operations, spelling, values
from tasktalk.interpreter.function import Function
from tasktalk.interpreter.host import Host
from tasktalk.interpreter.values import Value

_OPERATIONS = (
    "add concat subtract multiply divide divide_whole modulo power equal unequal less less_equal greater greater_equal"
    " exclusive_or between contains is_in starts_with ends_with like like_any_case"
)
_CONTAINERS = (
    "get put below given new_container new_list last_position resized portion steps each following inside finish"
    " choose_label"
)
_SPELLING = "field assign missing add_field"
_CLASSIC = "read_data answer_parts answer_lacks answer_value"
_VALUES = "number text number_text truth is_null fit fit_number within_limits too_long too_big"
_CONTROL = "again error_record thrown refuse gosub handler failed resume"
END = object()


def log(host: Host, message: Value) -> None:
    """PRINT."""
    host.log(values.text(message))


def predefined(host: Host, name: str) -> Value:
    """A name that the host gives."""
    return host.predefined(name)


def table(functions: Iterable[Function]) -> dict[str, object]:
    """The names and what they mean, for scripts that use these functions."""
    names: dict[str, object] = {}
    for module, listed in (
        (operations, _OPERATIONS),
        (containers, _CONTAINERS),
        (spelling, _SPELLING),
        (classic, _CLASSIC),
        (values, _VALUES),
        (control, _CONTROL),
    ):
        names |= {name: getattr(module, name) for name in listed.split()}
    for function in functions:
        names["b_" + function.name.lower()] = function.body
        if function.native is not None:
            names["n_" + function.name.lower()] = function.native
    names |= {
        "_DE": (TypeError, LookupError, ArithmeticError),
        "_E": Exception,
        "_L": control.Leave,
        "_STOP": control.Stop,
        "_P": control.Suspend(),
        "_ONCE": (0,),
        "_END": END,
        "caught": failures.caught,
        "log": log,
        "predefined": predefined,
        "append": list.append,
        "find": str.find,
        "pop": list.pop,
        "next": next,
        "range": range,
        "iter": iter,
        "len": len,
        "type": type,
        "str": str,
        "int": int,
        "float": float,
        "list": list,
        "Rows": values.Rows,
        "dict": dict,
    }
    return names
