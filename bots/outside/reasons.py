"""What another side says of a call that it does not take: a short line for people, with no secret of ours in it."""

import json
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

from yarl import URL

from tasktalk.runtime.about import HIDDEN

MOST_BYTES: Final = 64 * 1024
"""How much of an answer is looked at."""
LONGEST: Final = 200
_NAMES: Final = ("message", "msg", "detail", "error", "errors", "reason", "description", "title")
"""Where in JSON a reason stands: the first of these that has words, for `error` is often a code beside them."""
_DEEPEST: Final = 4
_LONG_PART, _LONG_VALUE = 12, 4
"""From how many characters on a part of a path, and a value behind ?, may well be secret."""


def reason(said: str, url: str, secrets: Iterable[str] = ()) -> str | None:
    """Why a call of this address was not taken, of the beginning of its answer: what JSON has for it, else the first
    line of a text; None for a web page, and where nothing is said.

    These secrets are not in it, nor what may be one in the address: many say again what they were asked.
    """
    try:
        found = _words(json.loads(said), _DEEPEST)
    except (ValueError, RecursionError):
        text = said.strip()
        found = "" if text.startswith("<") else text.partition("\n")[0]
    for hidden in sorted({*_parts(URL(url)), *secrets}, key=len, reverse=True):
        found = found.replace(hidden, HIDDEN)
    shown = " ".join("".join(c if c.isprintable() else " " for c in found).split())
    return (shown[: LONGEST - 1] + "…" if len(shown) > LONGEST else shown) or None


def _words(value: Any, depth: int) -> str:
    """The words for people in what JSON says."""
    match value:
        case str():
            return value
        case dict() if depth:
            return next(filter(None, (_words(value.get(name), depth - 1) for name in _NAMES)), "")
        case list() if value and depth:
            return _words(value[0], depth - 1)
    return ""


def _parts(url: URL) -> Iterable[str]:
    """What of an address is told nobody, as it is written and as it is meant."""
    paths = [url.raw_path_qs, url.raw_path]
    parts = [part for part in url.raw_path.split("/") if len(part) >= _LONG_PART]
    values = [part for part in url.raw_query_string.replace("&", "=").split("=") if len(part) >= _LONG_VALUE]
    return {written for each in (*paths, *parts, *values) if len(each) > 1 for written in (each, unquote(each))}
