"""Regular expressions. The engine (RE2) takes time in proportion to the text, whatever the pattern is."""

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import Value, text, too_big, too_long, whole, whole_characters

_PATTERN_LIMIT = 2000
_WORK_LIMIT = 500_000_000  # steps of the engine at its slowest: the size of the pattern by the length of the text
_SECONDS = 2.0  # of computing for all matches in a text: each search alone may go through the rest of it


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


def _searched(value: Value, pattern: Value) -> tuple[Any, str]:
    """The compiled pattern and the text, unless the one is too large for the other."""
    found, source = _compiled(whole_characters(text(pattern))), whole_characters(text(value))
    if found.programsize * len(source) > _WORK_LIMIT:
        raise ScriptError("limit", "this pattern is too large for so long a text")
    return found, source


def _matches(value: Value, pattern: Value) -> Iterator[Any]:
    found, source = _searched(value, pattern)
    started = time.thread_time()
    for match in found.finditer(source):
        yield match
        if time.thread_time() - started > _SECONDS:
            raise ScriptError("limit", "this pattern takes too long for so long a text")


@function("REGEX", "REGEXFIND", returns="list", items="text", methods=("matchAll", "match_all"))
def all_matches(value: Value, pattern: Value) -> list[Value]:
    r"""Every part of a text that fits a regular expression; of a pattern with one group, the group.

    The list is empty, so false, where nothing fits. `(?i)` at its start makes capitals equal.

    Example: JOIN(REGEX("a1 b22", "\\d+"), "-") = "1-22"
    Example: REGEX("due: 7 days", "(\\d+) days")[0] = "7"
    """
    found: list[Value] = []
    for match in _matches(value, pattern):
        if len(found) >= current().entries:
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
    found, source = _searched(value, pattern)
    match = found.search(source)
    if match is None:
        return None
    wanted: int | str = group if isinstance(group, str) and not group.isdigit() else whole(group)
    try:
        part: Value = match.group(wanted)
    except (IndexError, KeyError):
        raise ScriptError("index", f"the pattern has no group {text(group)}") from None
    return part


@function("REGEXREPLACE", "REGEX_REPLACE", returns="text")
def replace_matches(value: Value, pattern: Value, new: Value) -> str:
    r"""The text with every part that fits a regular expression replaced; `$1` or `\1` in the new text is a group.

    Example: REGEXREPLACE("a1b22", "\\d+", "#") = "a#b#"
    Example: REGEXREPLACE("Ana Reis", "(\\w+) (\\w+)", "$2, $1") = "Reis, Ana"
    """
    source, replacement = whole_characters(text(value)), text(new)
    parts: list[str] = []
    at = size = 0
    for match in _matches(source, pattern):
        piece = _filled(replacement, match)
        parts += [source[at : match.start()], piece]
        size += match.start() - at + len(piece)
        if size > current().text:
            too_long()
        at = match.end()
    found = "".join([*parts, source[at:]])
    return found if len(found) <= current().text else too_long()


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
