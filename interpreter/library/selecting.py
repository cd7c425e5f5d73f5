"""Lists of records: FILTER, MAP, CSV; and TEMPLATE, which fills a text from a record."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from tasktalk.interpreter import operations
from tasktalk.interpreter.containers import get
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import (
    Value,
    joined,
    numeral,
    text,
    too_big,
    too_long,
    wrong_type,
)

_TESTS: dict[str, Callable[[Value, Value], bool]] = {
    "=": operations.equal,
    "==": operations.equal,
    "<>": operations.unequal,
    "!=": operations.unequal,
    "<": operations.less,
    "<=": operations.less_equal,
    ">": operations.greater,
    ">=": operations.greater_equal,
    "LIKE": operations.like_any_case,
    "CONTAINS": operations.contains,
}
_CONDITION = re.compile(
    r"""\s*(?P<field>[^\W\d][\w.]*)\s*(?P<test><=|>=|<>|!=|==|=|<|>|\bLIKE\b|\bCONTAINS\b)\s*
    (?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<bare>[^\s'"]\S*))\s*(?P<joint>\bAND\b|\bOR\b|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_FIELDS = 10  # of each of so many records as a list may have, in all records that MAP makes
_PLACE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}|\$\{\s*([\w.]+)\s*\}|\{([\w.]+)\}")


def _rows(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    if value is None:
        return []
    raise wrong_type(value, "a list")


def _field(row: Value, path: str) -> Value:
    """The value of a path such as `address.town`; null where there is none."""
    for name in path.split("."):
        row = get(row, name) if isinstance(row, dict) else None
    return row


@function("FILTER", returns="list", items="same", methods=("filter",))
def matching(items: Value, condition: Value, value: Value = None) -> list[Value]:
    """The records of a list for which a condition holds, or whose field has a value; of plain values, the equal ones.

    A condition is a text such as `status = 'open' AND total > 10`; AND binds tighter than OR.

    Example: LEN(FILTER([{n: 1}, {n: 5}], "n > 2")) = 1
    Example: FILTER([{n: "a"}, {n: "b"}], "n", "b")[0].n = "b"
    """
    rows, wanted = _rows(items), text(condition)
    if value is not None:
        return [row for row in rows if operations.equal(_field(row, wanted), value)]
    if not any(isinstance(row, dict) for row in rows):
        return [row for row in rows if operations.equal(row, condition)]
    choices = _choices(wanted)
    return [row for row in rows if any(all(test(_field(row, f), v) for f, test, v in choice) for choice in choices)]


def _choices(condition: str) -> list[list[tuple[str, Callable[[Value, Value], bool], Value]]]:
    """The condition as a choice of lists of tests that must all hold."""
    found: list[list[tuple[str, Callable[[Value, Value], bool], Value]]] = [[]]
    at = 0
    while True:
        read = _CONDITION.match(condition, at)
        if read is None:
            raise ScriptError(
                "invalid-condition", f"'{condition[at : at + 40]}' is no condition", hint="such as: status = 'open'"
            )
        value: Value = read["single"] if read["single"] is not None else read["double"]
        if value is None:
            bare = read["bare"]
            value = {"true": True, "false": False, "null": None}.get(bare.lower(), bare)
            number = numeral(bare)
            value = number if number is not None else value
        found[-1].append((read["field"], _TESTS[read["test"].upper()], value))
        at = read.end()
        if not read["joint"]:
            return found
        if read["joint"].upper() == "OR":
            found.append([])


@function("MAP", returns="list", methods=("map",))
def fields_of(items: Value, wanted: Value) -> list[Value]:
    """One field of each record of a list; of several names, records with those; of a record, fields renamed by it.

    Example: JOIN(MAP([{n: 1}, {n: 5}], "n"), "-") = "1-5"
    Example: MAP([{n: 1, m: 2}], {number: "n"})[0].number = 1
    """
    rows = _rows(items)
    if isinstance(wanted, dict):
        if len(rows) * len(wanted) > _FIELDS * current().entries:
            too_big()
        return [{new: _field(row, text(old)) for new, old in wanted.items()} for row in rows]
    names = [text(n) for n in wanted] if isinstance(wanted, list) else [n.strip() for n in text(wanted).split(",")]
    if len(names) == 1 and not isinstance(wanted, list):
        return [_field(row, names[0]) for row in rows]
    distinct = dict.fromkeys(names)
    if len(rows) * len(distinct) > _FIELDS * current().entries:
        too_big()
    return [{name: _field(row, name) for name in distinct} for row in rows]


@function("CSV", returns="any")
def comma_separated(value: Value, separator: Value = ",") -> Value:
    r"""A text of comma-separated values as a list of records, named by its first line; or such a list as a text.

    Example: CSV("name,age\nAna,30")[0].name = "Ana"
    Example: CSV([{a: 1, b: "x,y"}]) = "a,b\n1,\"x,y\"\n"
    """
    sign = text(separator)
    if len(sign) != 1 or sign in '"\r\n':
        raise ScriptError("invalid-argument", "the separator of CSV is one character")
    if isinstance(value, list | dict):
        return _written(value if isinstance(value, list) else [value], sign)
    try:
        lines = list(csv.reader(io.StringIO(text(value)), delimiter=sign))
    except csv.Error as error:
        raise ScriptError("invalid-argument", f"this is no CSV: {error}") from None
    lines = [line for line in lines if line]
    if len(lines) > current().entries:
        too_big()
    names = [name.strip() for name in lines[0]] if lines else []
    return [dict(zip(names, line, strict=False)) for line in lines[1:]]


def _written(rows: list[Value], separator: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    names = list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))
    if names:
        writer.writerow(names)
    for row in rows:
        cells = [row.get(name) for name in names] if isinstance(row, dict) else row
        writer.writerow([text(cell) for cell in (cells if isinstance(cells, list) else [cells])])
        if out.tell() > current().text:
            too_long()
    return out.getvalue()


@function("TEMPLATE", returns="text")
def filled(pattern: Value, record: Value) -> str:
    """The text with `{{name}}` and `{name}` replaced by the fields of a record; what it has not stays as it is.

    Example: TEMPLATE("Dear {{name}} of {town}", {name: "Ana"}) = "Dear Ana of {town}"
    """

    def parts(source: str) -> Iterator[str]:
        at = 0
        for found in _PLACE.finditer(source):
            yield source[at : found.start()]
            value = _field(record, next(part for part in found.groups() if part))
            yield found.group() if value is None else text(value)
            at = found.end()
        yield source[at:]

    return joined(parts(text(pattern)), "")
