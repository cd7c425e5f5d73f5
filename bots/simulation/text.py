"""A calendar of a simulation as text: a day after the other, and days that are alike once."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

from tasktalk.bots.simulation.calendar import Calendar, Line, day_name


def as_text(calendar: Calendar, name: str) -> str:
    """For people."""
    lines = [f"{name}: {span(calendar)}, times in UTC. Nothing was sent: this is what would happen.", ""]
    for first, last, told in _alike(calendar):
        lines.append(day_name(first) + (f" to {day_name(last)}, each day the same" if last > first else ""))
        lines += _table(told)
        lines.append("")
    lines += calendar.sentences()
    if not calendar.is_whole:
        lines.append(f"It was ended at {calendar.end:%Y-%m-%d %H:%M}: the rest is not known.")
    return "\n".join(lines)


def as_json(calendar: Calendar, name: str) -> Iterator[str]:
    """An object for each entry, and one for all."""
    for entry in calendar.entries:
        yield json.dumps(entry.record(), ensure_ascii=False)
    summary = {
        "kind": "summary",
        "bot": name,
        "from": calendar.start.isoformat(),
        "to": calendar.end.isoformat(),
        "is_whole": calendar.is_whole,
        "counts": calendar.counts,
        "missed": calendar.missed,
    }
    yield json.dumps(summary, ensure_ascii=False)


def span(calendar: Calendar) -> str:
    """From when to when."""
    return f"{calendar.start:%Y-%m-%d %H:%M} to {calendar.end:%Y-%m-%d %H:%M}"


def _alike(calendar: Calendar) -> Iterator[tuple[date, date, list[Line]]]:
    """Days that follow each other and are alike: the first, the last, and the lines of the first."""
    held: tuple[date, date, list[Line]] | None = None
    for day, lines in calendar.days():
        if held is not None:
            first, last, told = held
            if day == last + timedelta(days=1) and [x.likeness for x in lines] == [x.likeness for x in told]:
                held = (first, day, told)
                continue
            yield held
        held = (day, day, lines)
    if held is not None:
        yield held


def _table(lines: list[Line]) -> Iterator[str]:
    cells = [
        (
            line.times,
            f"{line.count:,} times" if line.count > 1 else "",
            line.first.kind,
            " ".join(filter(None, (line.first.bot, line.first.subject))),
            line.text,
        )
        for line in lines
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width).rstrip()
