"""A calendar of a simulation as one page: it needs nothing from elsewhere, runs no scripts, and says so to browsers."""

import base64
import hashlib
from calendar import Calendar as Weeks
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from itertools import groupby
from pathlib import Path

from tasktalk.bots.simulation.calendar import NAMES, Calendar, Kind, Line, day_name
from tasktalk.bots.simulation.text import span

_MOST_LINES = 2_000
_BAD, _GOOD = ("failed", "skipped", "overdue", "down"), ("run", "message", "notification")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def as_page(calendar: Calendar, name: str) -> str:
    """The page's text."""
    style = Path(__file__).with_name("page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    days = dict(calendar.days())
    body = "".join((_head(calendar, name), *_months(calendar, days), *_days(days)))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(name)}: what would happen</title><style>{style}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _head(calendar: Calendar, name: str) -> str:
    cards = "".join(
        f'<li class="{_class(kind)}"><b>{count:,}</b> {NAMES[kind][count > 1]}</li>'
        for kind, count in calendar.counts.items()
    )
    if missed := calendar.missed:
        cards += f'<li class="bad"><b>{missed:,}</b> due time{"s" if missed > 1 else ""} without a run</li>'
    ended = "" if calendar.is_whole else '<p class="bad">It was ended before its end: the rest is not known.</p>'
    return (
        f"<h1>{escape(name)}</h1><p>What would happen from {span(calendar)}, in UTC. Nothing was sent.</p>{ended}"
        f'<ul class="cards">{cards or "<li>Nothing would happen.</li>"}</ul>'
    )


def _months(calendar: Calendar, days: dict[date, list[Line]]) -> Iterator[str]:
    first, last = calendar.start.date(), (calendar.end - timedelta.resolution).date()
    all_days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for (year, month), _ in groupby(all_days, lambda day: (day.year, day.month)):
        heads = "".join(f'<th scope="col">{name}</th>' for name in _WEEKDAYS)
        weeks = "".join(
            f"<tr>{''.join(_cell(day, month, first, last, days.get(day, [])) for day in week)}</tr>"
            for week in Weeks().monthdatescalendar(year, month)
            if any(first <= day <= last and day.month == month for day in week)
        )
        caption = f"{date(year, month, 1):%B %Y}"
        yield f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{weeks}</tbody></table>"


def _cell(day: date, month: int, first: date, last: date, lines: list[Line]) -> str:
    if day.month != month:
        return "<td></td>"
    if not first <= day <= last or not lines:
        return f'<td class="{"empty" if first <= day <= last else "off"}"><i>{day.day}</i></td>'
    counted: Counter[Kind] = Counter()
    for line in lines:
        counted[line.first.kind] += line.count
    shown = "".join(
        f'<span class="{_class(kind)}"><b>{counted[kind]:,}</b> <s>{NAMES[kind][counted[kind] > 1]}</s></span>'
        for kind in NAMES
        if counted[kind]
    )
    return f'<td><a href="#d{day:%Y%m%d}" title="{day_name(day)}"><i>{day.day}</i>{shown}</a></td>'


def _days(days: dict[date, list[Line]]) -> Iterator[str]:
    left = _MOST_LINES
    for day, lines in days.items():
        items = "".join(_item(line) for line in lines[: max(0, left)])
        more = len(lines) - left
        left -= len(lines)
        note = f'<li class="soft">and {more:,} more lines, which the text has</li>' if more > 0 else ""
        yield f'<section id="d{day:%Y%m%d}"><h2>{day_name(day)}</h2><ul class="lines">{items}{note}</ul></section>'


def _item(line: Line) -> str:
    entry = line.first
    count = f" <em>{line.count:,} times</em>" if line.count > 1 else ""
    who = " ".join(filter(None, (entry.bot, entry.subject)))
    return (
        f'<li><time>{line.times}</time><span class="kind {_class(entry.kind)}">{escape(entry.kind)}</span>'
        f"<span><b>{escape(who)}</b>{count} {escape(line.text)}</span></li>"
    )


def _class(kind: str) -> str:
    return "bad" if kind in _BAD else "good" if kind in _GOOD else "soft"
