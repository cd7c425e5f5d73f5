"""What is new in a mail: without the mail that it answers, and without the signature.

Mail programs quote in many languages, so nothing here knows words: only marks, dates, and what the quoted mail was
called. What might be the person's own words stays.
"""

import re
from collections.abc import Sequence
from typing import Final

_LABELLED: Final = re.compile(r"\*?[^\s:*][^:*]{0,30}:\*? ?\*?(?P<value>.*)")
_SEPARATOR: Final = re.compile(r"\s*(?:_{5,}|-{3,}.*-{3,})\s*")
_REPLY: Final = re.compile(
    r"^(?:(?:re|aw|antw|sv|vs|ref|rif|res|odp|ynt|atb|απ|回复|答复|返信|回覆|תגובה|رد)(?:\[[0-9]{1,4}\])? ?[:：] ?)+",
    re.IGNORECASE,
)
"""What programs put before the subject of an answer, in the languages in which that is not Re."""
_A_MOMENT: Final = re.compile(r"[0-9]+(?:[^0-9]+[0-9]+){2,}")
_FEWEST_LABELS, _MOST_LINES, _LONGEST_LINE = 3, 3, 500
SIGNATURE: Final = "-- "


def bare(subject: str) -> str:
    """A subject without the marks of replies, in whatever language."""
    return _REPLY.sub("", subject).strip()


def new_part(text: str, subject: str, address: str) -> str:
    """What a reply says by itself; `subject` is its own, `address` the one that it answers."""
    return "\n".join(_without_quotes(_without_copy(text.split("\n"), bare(subject), address), address))


def without_signature(text: str) -> str:
    """The text up to the line that says that a signature follows."""
    lines = text.split("\n")
    return "\n".join(lines[: lines.index(SIGNATURE)]) if SIGNATURE in lines else text


def _without_copy(lines: Sequence[str], subject: str, address: str) -> Sequence[str]:
    """The lines above a copy of the mail, as some programs put it below: its sender, time and subject, a line each."""
    begin = None
    told: list[str] = []
    for number, line in enumerate([*lines, ""]):
        found = _LABELLED.fullmatch(line[:_LONGEST_LINE].strip())
        if found is not None:
            begin = number if begin is None else begin
            told.append(found["value"].strip())
            continue
        is_it = any(bare(value) == subject for value in told) if subject else any(address in value for value in told)
        if begin is not None and len(told) >= _FEWEST_LABELS and is_it:
            while begin and _is_empty(lines[begin - 1]):
                begin -= 1
            return lines[:begin]
        begin, told = None, []
    return lines


def _is_empty(line: str) -> bool:
    return not line.strip() or (len(line) < _LONGEST_LINE and _SEPARATOR.fullmatch(line) is not None)


def _without_quotes(lines: Sequence[str], address: str) -> Sequence[str]:
    """The lines that are not quoted, and do not say who is quoted."""
    kept: list[str] = []
    for line in lines:
        if not line.startswith(">"):
            kept.append(line)
        elif kept and kept[-1] != _QUOTED:
            del kept[_before_attribution(kept, address) :]
            kept.append(_QUOTED)
    return [line for line in kept if line != _QUOTED]


_QUOTED: Final = "\0"
"""Stands where a quote was; no line has it."""


def _before_attribution(lines: Sequence[str], address: str) -> int:
    """How many lines there are before those at their end that say when somebody wrote what follows."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    if not end or not lines[end - 1].rstrip().endswith((":", "：")):
        return len(lines)
    spans = []
    for count in range(1, min(_MOST_LINES, end) + 1):
        line = lines[end - count]
        if not line.strip() or line == _QUOTED or len(line) > _LONGEST_LINE:
            break
        spans.append((end - count, " ".join(lines[end - count : end])))
    by_moment = [begin for begin, said in spans if _A_MOMENT.search(said)]
    by_address = [begin for begin, said in spans if address in said.lower()]
    return [*by_moment, *by_address, len(lines)][0]
