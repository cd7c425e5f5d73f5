"""Regular expressions. The engine (RE2) takes time in proportion to the text, whatever the pattern is.

A call can be away for a tenth of a second, or a little more, and no longer. At its slowest the engine takes 5 to 7 ns
for each instruction of the pattern and byte of the text, but for most patterns it takes a hundredth of that. So what is
small is searched at once. In a longer text a search is tried on its beginning first, and on more and more of it: then
it is known how long the search of the whole will take, but for the last portion.
"""

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

import re2

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import Value, text, too_big, too_long, whole, whole_characters

_PATTERN_LIMIT = 2000
# steps: instructions of the pattern by bytes of the text
_AT_ONCE = 8_000_000
_PORTION = 4_000_000
_MOST_OF_GROUPS = 8_000_000
_MOST_STEPS = 120_000_000
_SECONDS = 0.08  # for all matches in a text
_SECONDS_OF_ONE = 0.03
_WAY_OUT = "look in a part of the text, or for something simpler"


class _Pattern(NamedTuple):
    """`plain` is the same without groups: finding them takes longer than finding the match."""

    whole: Any
    plain: Any


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> _Pattern:
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
    written = (f"(?{flags}){body}" if flags else body).encode()
    try:
        compiled = re2.compile(written, options)
    except re2.error as error:
        why = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else error
        hint = "look-ahead, look-behind and back references are not available" if "perl operator" in str(why) else None
        raise ScriptError("invalid-pattern", f"this pattern is wrong: {why}", hint=hint) from None
    if not compiled.groups:
        return _Pattern(compiled, compiled)
    options.never_capture = True
    return _Pattern(compiled, re2.compile(written, options))


class _Search:
    """All searches of one call: for a pattern, in a text as bytes. The matches' places and groups are bytes, too."""

    def __init__(self, value: Value, pattern: Value) -> None:
        self._pattern = _compiled(whole_characters(text(pattern)))
        self.source = whole_characters(text(value)).encode()
        self.groups: int = self._pattern.whole.groups
        self._size = max(self._pattern.whole.programsize, 1)
        self._started = time.thread_time()
        if self._size * len(self.source) > _MOST_STEPS:
            raise ScriptError("limit", "this pattern is too large for so long a text", hint=_WAY_OUT)

    def first(self, at: int = 0) -> Any:
        """The first match from there on, or None."""
        source, pattern, end = self.source, self._pattern, len(self.source)
        if self._size * (end - at) <= _AT_ONCE:
            return pattern.whole.search(source, at)
        portion = max(_PORTION // self._size, 1)
        for reach in range(at + 2 * portion, end, portion):
            begun = time.thread_time()
            pattern.plain.search(source, at, reach)
            if time.thread_time() - begun > _SECONDS_OF_ONE:
                _too_slow()
            self._check()
        match = pattern.plain.search(source, at)
        if match is None or pattern.whole is pattern.plain:
            return match
        if self._size * (match.end() - match.start()) > _MOST_OF_GROUPS:
            _too_slow()
        return pattern.whole.fullmatch(source, match.start(), match.end())

    def all(self) -> Iterator[Any]:
        """Every match, one behind the other."""
        source, at, end = self.source, 0, len(self.source)
        if self._size * end <= _AT_ONCE and source.isascii():
            for match in self._pattern.whole.finditer(source):
                yield match
                self._check()
            return
        while True:
            match = self.first(at)
            if match is None:
                return
            yield match
            if at == end:
                return
            self._check()
            if match.end() > at:
                at = match.end()
            else:  # nothing, here: the next character may begin something
                at += 1
                while at < end and source[at] & 0xC0 == 0x80:
                    at += 1

    def _check(self) -> None:
        if time.thread_time() - self._started > _SECONDS:
            _too_slow()


def _too_slow() -> NoReturn:
    raise ScriptError("limit", "this pattern takes too long for so long a text", hint=_WAY_OUT)


@function("REGEX", "REGEXFIND", returns="list", items="text", methods=("matchAll", "match_all"))
def all_matches(value: Value, pattern: Value) -> list[Value]:
    r"""Every part of a text that fits a regular expression; of a pattern with one group, the group.

    The list is empty, so false, where nothing fits. `(?i)` at its start makes capitals equal.

    Example: JOIN(REGEX("a1 b22", "\\d+"), "-") = "1-22"
    Example: REGEX("due: 7 days", "(\\d+) days")[0] = "7"
    """
    found: list[Value] = []
    search, most = _Search(value, pattern), current().entries
    source, group = search.source, int(search.groups == 1)
    for match in search.all():
        if len(found) >= most:
            too_big()
        begin, end = match.span(group)  # of a group that took no part (-1, -1), which is nothing of the text
        found.append(source[begin:end].decode())
    return found


@function("MATCH", "REGEXMATCH", returns="any", methods=("match",))
def first_match(value: Value, pattern: Value, group: Value = 0) -> Value:
    r"""The first part of a text that fits a regular expression, or of it a group by number or name; null for none.

    Example: MATCH("order 4711", "\\d+") = "4711"
    Example: MATCH("2026-07-01", "(\\d+)-(\\d+)", 2) = "07"
    Example: MATCH("order", "\\d+") IS NULL
    """
    match = _Search(value, pattern).first()
    if match is None:
        return None
    is_name = isinstance(group, str) and not group.isdigit()
    wanted: int | bytes = whole_characters(text(group)).encode() if is_name else whole(group)
    try:
        part: bytes | None = match.group(wanted)
    except (IndexError, KeyError):
        raise ScriptError("index", f"the pattern has no group {text(group)}") from None
    return None if part is None else part.decode()


@function("REGEXREPLACE", "REGEX_REPLACE", returns="text")
def replace_matches(value: Value, pattern: Value, new: Value) -> str:
    r"""The text with every part that fits a regular expression replaced; `$1` or `\1` in the new text is a group.

    Example: REGEXREPLACE("a1b22", "\\d+", "#") = "a#b#"
    Example: REGEXREPLACE("Ana Reis", "(\\w+) (\\w+)", "$2, $1") = "Reis, Ana"
    """
    search, replacement = _Search(value, pattern), text(new)
    source, parts, most = search.source, list[str](), current().text
    at = size = 0
    for match in search.all():
        begin, end = match.span()
        between, piece = source[at:begin].decode(), _filled(replacement, match)
        parts += [between, piece]
        size += len(between) + len(piece)
        if size > most:
            too_long()
        at = end
    found = "".join([*parts, source[at:].decode()])
    return found if len(found) <= most else too_long()


def _filled(replacement: str, match: Any) -> str:
    """The new text with the groups in it."""
    if "$" not in replacement and "\\" not in replacement:
        return replacement
    out, i = [], 0
    while i < len(replacement):
        sign, digit = replacement[i], replacement[i + 1 : i + 2]
        if sign in "$\\" and digit.isdecimal() and digit.isascii() and int(digit) <= len(match.groups()):
            out.append((match.group(int(digit)) or b"").decode())
            i += 2
        else:
            out.append(sign)
            i += 1
    return "".join(out)
