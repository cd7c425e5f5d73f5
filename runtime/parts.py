"""Cuts a long text into the messages that a channel takes, in order: where a person would, and through no character."""

import re

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…。！？])\s+"), re.compile(r"\s+"))
"""Where to cut, the best place first: between paragraphs, lines, sentences, words."""
_JOINED = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""What belongs to the character before it."""
_JOINER = "\u200d"


def units(text: str) -> int:
    """How long a text is in units of UTF-16, in which most providers count."""
    return len(text) + sum(character > "\uffff" for character in text)


def parts(text: str, most: int | None) -> list[str]:
    """The text in parts of at most `most` units each, none of them blank; the text itself where it fits.

    White space at a cut belongs to no part; besides that, the parts together are the text.
    """
    if most is None or not _is_longer(text, most):
        return [text]
    found = []
    rest = text.strip()
    while _is_longer(rest, most):
        end, following = _cut(rest, most)
        found.append(rest[:end].rstrip())
        rest = rest[following:]
    return [*found, rest] if rest else found


def _is_longer(text: str, most: int) -> bool:
    return len(text) > most or units(text) > most


def _cut(text: str, most: int) -> tuple[int, int]:
    """Where the first part ends, and where the next begins."""
    room = _fitting(text, most)
    for pattern in _BREAKS:
        # A part that is less than half full for the sake of a better place would make many messages of one.
        places = [
            gap for gap in pattern.finditer(text, 0, room + 1) if room // 2 <= gap.start() <= room and gap.start()
        ]
        if places:
            gap = places[-1]
            blank = re.compile(r"\s*").match(text, gap.start())
            return gap.start(), max(gap.end(), blank.end() if blank else 0)
    end = room
    while end and (_JOINED.match(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return end or room, end or room


def _fitting(text: str, most: int) -> int:
    """How many characters fit."""
    used = 0
    for count, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > most:
            return max(count, 1)
    return len(text)
