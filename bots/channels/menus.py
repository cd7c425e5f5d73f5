"""Ready answers, as buttons or as numbers."""

from collections.abc import Mapping
from typing import Any

from tasktalk.runtime.parts import units
from tasktalk.runtime.ports import Delivery


def short(label: str, most: int) -> str:
    """A label as a button of so many characters shows it."""
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def menu(detail: Mapping[str, Any], most: int | None = None) -> str:
    """The ready answers with their numbers, a line each, for a channel without buttons: the number answers as well.

    Where all are longer than so many units, what each is called is cut.
    """
    labels = [each["label"] for each in detail.get("suggestions", ())]
    told = "".join(f"\n{number}. {label}" for number, label in enumerate(labels, start=1))
    if most is None or units(told) <= most:
        return told
    each = max(1, (most // len(labels) - len(f"\n{len(labels)}. ")) // 2)  # a character may be two units
    return "".join(f"\n{number}. {short(label, each)}" for number, label in enumerate(labels, start=1))


def choices(delivery: Delivery, most_bytes: int) -> list[tuple[str, str]]:
    """The ready answers of a message, what is said by each and what it is called; what is said fits into so many bytes.

    A value that is longer is said by its label, which HEAR understands as well, or by a # and its number.
    """
    found = []
    for number, suggestion in enumerate(delivery.suggestions, start=1):
        spellings = (suggestion["value"], suggestion["label"], f"#{number}")
        said = next(spelling for spelling in spellings if len(spelling.encode()) <= most_bytes)
        found.append((said, suggestion["label"]))
    return found
