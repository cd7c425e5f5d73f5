"""What a provider tells, of which nothing is believed: each function takes any value, and gives what it looks for."""

import re
from collections.abc import Mapping
from typing import Any


def record(value: object) -> Mapping[str, Any]:
    """The value if it is a record, else an empty one."""
    return value if isinstance(value, dict) else {}


def first(value: object) -> Mapping[str, Any]:
    """The first record of a list, else an empty one."""
    return record(value[0]) if isinstance(value, list) and value else {}


def text_of(value: object) -> str | None:
    """The value if it is a text."""
    return value if isinstance(value, str) else None


def whole(value: object) -> int | None:
    """The value if it is a whole number that is not below 0, and that every reader of JSON takes as it is."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53 else None


def place_text(latitude: object, longitude: object) -> str | None:
    """A place in the words that `HEAR AS LOCATION` reads; None where it is none."""
    if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return ", ".join(f"{degrees:.7f}".rstrip("0").rstrip(".") for degrees in (latitude, longitude))


def international(written: str) -> str | None:
    """A phone number with its country code, without what people write between its digits; None for what is none."""
    number = re.sub(r"[\s().-]", "", written)
    return number if re.fullmatch(r"\+[1-9][0-9]{6,14}", number, re.ASCII) else None
