"""Functions on texts. Positions begin at 1."""

from tasktalk.interpreter import operations
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import (
    Value,
    joined,
    text,
    too_big,
    too_long,
    whole,
    wrong_type,
)


@function("LEN", returns="integer", native=len, suits=("text", "list", "record"), methods=("len", "size"))
def length(value: Value) -> int:
    """How many characters a text has, or how many entries a list or record.

    Example: LEN("Ana") = 3
    """
    return len(value) if isinstance(value, str | list | dict) else len(text(value))


@function("LEFT", returns="text", methods=("left",))
def left(value: Value, count: Value) -> str:
    """The first characters of a text.

    Example: LEFT("Anastasia", 3) = "Ana"
    """
    return text(value)[: max(whole(count), 0)]


@function("RIGHT", returns="text", methods=("right",))
def right(value: Value, count: Value) -> str:
    """The last characters of a text.

    Example: RIGHT("invoice.pdf", 3) = "pdf"
    """
    found, n = text(value), max(whole(count), 0)
    return found[len(found) - min(n, len(found)) :]


@function("MID", returns="part", items="same", methods=("mid",))
def mid(value: Value, start: Value, count: Value = None) -> Value:
    """The characters from a position on, all or so many; of a list its entries, counted from 0.

    Example: MID("abcdef", 2, 3) = "bcd"
    Example: MID([5, 6, 7], 1, 1)[0] = 6
    """
    if isinstance(value, list):
        begin = max(whole(start), 0)
        return value[begin:] if count is None else value[begin : begin + max(whole(count), 0)]
    begin = max(whole(start) - 1, 0)
    return text(value)[begin:] if count is None else text(value)[begin : begin + max(whole(count), 0)]


@function("SUBSTRING", returns="text", methods=("substring", "substr"))
def substring(value: Value, start: Value, end: Value = None) -> str:
    """The characters from a position, counted from 0, up to another one.

    Example: SUBSTRING("abcdef", 1, 3) = "bc"
    """
    found = text(value)
    return found[max(whole(start), 0) : len(found) if end is None else max(whole(end), 0)]


@function("UCASE", "UPPER", returns="text", native=str.upper, methods=("ucase", "upper", "toUpperCase", "to_upper"))
def upper(value: Value) -> str:
    """The text in capitals.

    Example: UCASE("ana") = "ANA"
    """
    found = text(value).upper()
    return found if len(found) <= current().text else too_long()


@function("LCASE", "LOWER", returns="text", native=str.lower, methods=("lcase", "lower", "toLowerCase", "to_lower"))
def lower(value: Value) -> str:
    """The text in small letters.

    Example: LCASE("Ana") = "ana"
    """
    found = text(value).lower()
    return found if len(found) <= current().text else too_long()


@function("TRIM", returns="text", native=str.strip, methods=("trim",))
def trim(value: Value) -> str:
    """The text without blanks at both ends.

    Example: TRIM("  Ana ") = "Ana"
    """
    return text(value).strip()


@function("LTRIM", returns="text", native=str.lstrip)
def trim_left(value: Value) -> str:
    """The text without blanks at its start.

    Example: LTRIM("  Ana") = "Ana"
    """
    return text(value).lstrip()


@function("RTRIM", returns="text", native=str.rstrip)
def trim_right(value: Value) -> str:
    """The text without blanks at its end.

    Example: RTRIM("Ana  ") = "Ana"
    """
    return text(value).rstrip()


@function("INSTR", returns="integer")
def find(first: Value, second: Value, third: Value = None) -> int:
    """Where a text begins in another, from 1; 0 when it is not in it. A position to start from may come first.

    Example: INSTR("banana", "na") = 3
    Example: INSTR(4, "banana", "na") = 5
    """
    if third is not None:
        return text(second).find(text(third), max(whole(first) - 1, 0)) + 1
    return text(first).find(text(second)) + 1


@function("INDEXOF", returns="integer", methods=("indexOf", "index_of"))
def index_of(value: Value, part: Value) -> int:
    """Where a value is in a list or a text in another, from 0; -1 when it is not in it.

    Example: INDEXOF(["a", "b"], "b") = 1
    """
    if isinstance(value, list):
        return next((i for i, item in enumerate(value) if operations.equal(item, part)), -1)
    return text(value).find(text(part))


@function("REPLACE", returns="text", methods=("replace",))
def replace(value: Value, old: Value, new: Value) -> str:
    """The text with every occurrence of one part replaced by another.

    Example: REPLACE("a-b-c", "-", "/") = "a/b/c"
    """
    found, before, after = text(value), text(old), text(new)
    if not before:
        return found
    if len(found) + found.count(before) * (len(after) - len(before)) > current().text:
        too_long()
    return found.replace(before, after)


@function("SPLIT", returns="list", items="text", methods=("split",))
def split(value: Value, separator: Value = " ") -> list[Value]:
    """The parts of a text between separators.

    Example: SPLIT("a,b,c", ",")[1] = "b"
    """
    found, between = text(value), text(separator)
    parts: list[Value] = [*found.split(between)] if between else [*found]
    if len(parts) > current().entries:
        too_big()
    return parts


@function("JOIN", returns="text", methods=("join",))
def join(items: Value, separator: Value = ", ") -> str:
    """The items of a list as one text.

    Example: JOIN(["a", "b"], " and ") = "a and b"
    """
    if not isinstance(items, list):
        if items is None:
            return ""
        raise wrong_type(items, "a list")
    return joined((text(item) for item in items), text(separator))


@function("REPEAT", "STRING", returns="text", methods=("repeat",))
def repeat(first: Value, second: Value) -> str:
    """A text several times over; the number may come first or second.

    Example: REPEAT("ab", 3) = "ababab"
    Example: STRING(3, "*") = "***"
    """
    if isinstance(first, int | float) and not isinstance(first, bool):
        first, second = second, first
    once, count = text(first), max(whole(second), 0)
    if len(once) * count > current().text:
        too_long()
    return once * count


@function("SPACE", "SPC", "TAB", returns="text")
def space(count: Value) -> str:
    """So many blanks.

    Example: "[" + SPACE(2) + "]" = "[  ]"
    """
    found: str = repeat.body(" ", count)
    return found


@function("STARTSWITH", returns="boolean", native=str.startswith, methods=("startsWith", "starts_with"))
def starts_with(value: Value, part: Value) -> bool:
    """The text begins with another.

    Example: STARTSWITH("task-7", "task")
    """
    return operations.starts_with(value, part)


@function("ENDSWITH", returns="boolean", native=str.endswith, methods=("endsWith", "ends_with"))
def ends_with(value: Value, part: Value) -> bool:
    """The text ends with another.

    Example: ENDSWITH("invoice.pdf", ".pdf")
    """
    return operations.ends_with(value, part)


@function("CONTAINS", returns="boolean", methods=("contains", "includes"))
def contains(value: Value, part: Value) -> bool:
    """A list has the value, a record has the field, or a text has the other in it.

    Example: CONTAINS(["a", "b"], "b")
    """
    return operations.contains(value, part)


@function("CHR", returns="text")
def character(code: Value) -> str:
    """The character of a Unicode number.

    Example: CHR(65) = "A"
    """
    number = whole(code)
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise ScriptError("range", f"there is no character {number}")
    return chr(number)


@function("ASC", returns="integer")
def code_of(value: Value) -> int:
    """The Unicode number of the first character of a text; 0 for an empty one.

    Example: ASC("A") = 65
    """
    return ord(text(value)[0]) if text(value) else 0
