"""Regular expressions. The engine (RE2) takes time in proportion to the text, whatever the pattern is."""

from functools import lru_cache
from typing import Any

import re2

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.values import LIST_LIMIT, TEXT_LIMIT, Value, text, too_big, too_long, whole

_PATTERN_LIMIT = 2000


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """The pattern, compiled. It may be written between slashes: `/a+/i`."""
    body, flags = pattern, ""
    if len(pattern) > 2 and pattern.startswith("/"):
        inner, slash, last = pattern[1:].rpartition("/")
        if slash and set(last) <= set("gimsu"):
            body, flags = inner, "".join(sorted(set(last) & set("ims")))
    if len(body) > _PATTERN_LIMIT:
        raise ScriptError("limit", f"a pattern has at most {_PATTERN_LIMIT} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"(?{flags}){body}" if flags else body, options)
    except re2.error as error:
        why = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else error
        hint = "look-ahead, look-behind and back references are not available" if "perl operator" in str(why) else None
        raise ScriptError("invalid-pattern", f"this pattern is wrong: {why}", hint=hint) from None


@function("REGEX", "REGEXFIND", returns="list", items="text", methods=("matchAll", "match_all"))
def all_matches(value: Value, pattern: Value) -> list[Value]:
    r"""Every part of a text that fits a regular expression; of a pattern with one group, the group.

    The list is empty, so false, where nothing fits. `(?i)` at its start makes capitals equal.

    Example: JOIN(REGEX("a1 b22", "\\d+"), "-") = "1-22"
    Example: REGEX("due: 7 days", "(\\d+) days")[0] = "7"
    """
    found: list[Value] = []
    for match in _compiled(text(pattern)).finditer(text(value)):
        if len(found) >= LIST_LIMIT:
            too_big()
        found.append(match.group(1 if len(match.groups()) == 1 else 0) or "")
    return found


@function("MATCH", "REGEXMATCH", returns="any", methods=("match",))
def first_match(value: Value, pattern: Value, group: Value = 0) -> Value:
    r"""The first part of a text that fits a regular expression, or of it a group by number or name; null for none.

    Example: MATCH("order 4711", "\\d+") = "4711"
    Example: MATCH("2026-07-01", "(\\d+)-(\\d+)", 2) = "07"
    Example: MATCH("order", "\\d+") IS NULL
    """
    match = _compiled(text(pattern)).search(text(value))
    if match is None:
        return None
    wanted: int | str = group if isinstance(group, str) and not group.isdigit() else whole(group)
    try:
        found: Value = match.group(wanted)
    except (IndexError, KeyError):
        raise ScriptError("index", f"the pattern has no group {text(group)}") from None
    return found


@function("REGEXREPLACE", "REGEX_REPLACE", returns="text")
def replace_matches(value: Value, pattern: Value, new: Value) -> str:
    r"""The text with every part that fits a regular expression replaced; `$1` or `\1` in the new text is a group.

    Example: REGEXREPLACE("a1b22", "\\d+", "#") = "a#b#"
    Example: REGEXREPLACE("Ana Reis", "(\\w+) (\\w+)", "$2, $1") = "Reis, Ana"
    """
    source, replacement = text(value), text(new)
    parts: list[str] = []
    at = size = 0
    for match in _compiled(text(pattern)).finditer(source):
        piece = _filled(replacement, match)
        parts += [source[at : match.start()], piece]
        size += match.start() - at + len(piece)
        if size > TEXT_LIMIT:
            too_long()
        at = match.end()
    found = "".join([*parts, source[at:]])
    return found if len(found) <= TEXT_LIMIT else too_long()


def _filled(replacement: str, match: Any) -> str:
    """The new text with the groups in it."""
    if "$" not in replacement and "\\" not in replacement:
        return replacement
    out, i = [], 0
    while i < len(replacement):
        sign, digit = replacement[i], replacement[i + 1 : i + 2]
        if sign in "$\\" and digit.isdecimal() and digit.isascii() and int(digit) <= len(match.groups()):
            out.append(match.group(int(digit)) or "")
            i += 2
        else:
            out.append(sign)
            i += 1
    return "".join(out)
