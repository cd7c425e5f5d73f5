"""Words: free text, yes or no, and words with a meaning of their own (languages, colours, JSON)."""

import json
import re
from datetime import datetime
from functools import lru_cache

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.values import Value
from tasktalk.runtime.answers.kind import Kind

_YES = frozenset(
    ["yes", "y", "yeah", "yep", "yup", "sure", "ok", "okay", "true", "on", "1", "correct", "right", "si", "sí",
     "sim", "oui", "ja"]
)  # fmt: skip
_NO = frozenset(["no", "n", "nope", "nah", "false", "off", "0", "wrong", "não", "nao", "non", "nein"])

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.ASCII | re.IGNORECASE)
_COLORS = {
    "black": "#000000", "white": "#ffffff", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0",
    "red": "#ff0000", "maroon": "#800000", "orange": "#ffa500", "yellow": "#ffff00", "olive": "#808000",
    "lime": "#00ff00", "green": "#008000", "teal": "#008080", "cyan": "#00ffff", "aqua": "#00ffff",
    "blue": "#0000ff", "navy": "#000080", "purple": "#800080", "violet": "#ee82ee", "magenta": "#ff00ff",
    "fuchsia": "#ff00ff", "pink": "#ffc0cb", "brown": "#a52a2a", "gold": "#ffd700", "beige": "#f5f5dc",
}  # fmt: skip

# Those whose own names for themselves are known too, besides the English ones: each costs the reading of a file.
_OWN_NAMES = ("de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "zh")
_NESTED = 100


def _text(answer: str, now: datetime) -> str | None:
    return answer


def _password(answer: str, now: datetime) -> str | None:
    return answer or None


def _boolean(answer: str, now: datetime) -> bool | None:
    word = answer.casefold().strip(" .!")
    return True if word in _YES else False if word in _NO else None


def _color(answer: str, now: datetime) -> str | None:
    if found := _HEX.fullmatch(answer):
        digits = found[1].lower()
        return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
    return _COLORS.get(answer.casefold())


def _language(answer: str, now: datetime) -> str | None:
    known = _languages()
    word = answer.casefold()
    code, _, region = word.replace("_", "-").partition("-")
    if re.fullmatch(r"[a-z]{2}|", region, re.ASCII) and code in known.values():
        return f"{code}-{region.upper()}" if region else code
    return known.get(word)


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """The codes of languages by their names."""
    from babel import Locale

    english = Locale.parse("en").languages
    known = {name.casefold(): code for code, name in english.items() if code.isalpha()}
    return known | {Locale.parse(code).languages[code].casefold(): code for code in _OWN_NAMES}


def _json(answer: str, now: datetime) -> Value:
    try:
        return fitting(json.loads(answer), 0)
    except (ValueError, RecursionError, ScriptError):
        return None


def fitting(value: Value, depth: int = 0) -> Value:
    """The value, with its numbers in the range of a script's; ValueError where it is nested too deep."""
    if depth > _NESTED:
        raise ValueError
    if isinstance(value, dict):
        return {key: fitting(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [fitting(item, depth + 1) for item in value]
    return values.fit_number(value)


KINDS: dict[str, Kind] = {
    "TEXT": Kind("words", _text),
    "STRING": Kind("words", _text),
    "PASSWORD": Kind("password", _password, is_secret=True),
    "BOOLEAN": Kind("yes_or_no", _boolean),
    "COLOR": Kind("color", _color),
    "LANGUAGE": Kind("language", _language, is_slow=True),
    "JSON": Kind("json", _json),
}
