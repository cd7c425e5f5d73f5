"""What happened in a simulation: its entries in their order, summed up by day, as people and programs read them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "run", "failed", "skipped", "message", "wait", "task", "overdue", "notification", "mail", "webhook", "web", "down"
]
NAMES: Mapping[Kind, tuple[str, str]] = {
    "run": ("run", "runs"),
    "failed": ("failed run", "failed runs"),
    "skipped": ("skipped run", "skipped runs"),
    "message": ("message", "messages"),
    "wait": ("wait", "waits"),
    "task": ("change of a task", "changes of tasks"),
    "overdue": ("task overdue", "tasks overdue"),
    "notification": ("notification", "notifications"),
    "mail": ("mail", "mails"),
    "webhook": ("call of a webhook", "calls of webhooks"),
    "web": ("request to the web", "requests to the web"),
    "down": ("time down", "times down"),
}
"""Every kind of entry, as one and as several of it are called, in the order in which they are summed up."""

_SHORT = 90


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. Of a run `planned_at` is the time that it was for, and `missed` how many earlier ones
    it stands for, too."""

    at: datetime
    kind: Kind
    bot: str | None
    subject: str
    """The script, the task or the contact that it is about."""
    text: str = ""
    planned_at: datetime | None = None
    missed: int = 0
    until: datetime | None = None

    def record(self) -> dict[str, Any]:
        """For programs: what it has, with times in ISO 8601."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in found.items()
            if value not in (None, "", 0)
        }


@dataclass(slots=True)
class Line:
    """Entries of one day that are alike: when the first and the last of them were, and what the first says."""

    day: date
    first: Entry
    last: Entry
    count: int = 1
    is_alike: bool = True
    missed: int = 0

    @property
    def times(self) -> str:
        """When, by the minute, and by the second where that says more."""
        # What is of the very end of the simulation is of its last day.
        first, last = ("24:00" if each.at.date() > self.day else _time(each.at) for each in (self.first, self.last))
        return first if self.count == 1 or first == last else f"{first} to {last}"

    @property
    def text(self) -> str:
        """What happened, with how much of it was missed."""
        entry = self.first
        words = " ".join(entry.text.split())
        words = words if len(words) <= _SHORT else f"{words[: _SHORT - 1]}…"
        if entry.kind == "message":
            words = f'"{words}"'
        if entry.until:
            days = (entry.until.date() - entry.at.date()).days
            words = f"{words} {_time(entry.until)}{f' on {day_name(entry.until.date())}' if days else ''}".strip()
        if not self.is_alike:
            words += " and others"
        if self.missed:
            words += f" ({self.missed:,} missed before {'it' if self.count == 1 else 'them'})"
        return words

    @property
    def likeness(self) -> tuple[object, ...]:
        """Equal for lines that say the same of another day."""
        text = self.text if self.count == 1 or self.is_alike else ""
        return (self.times, self.count, self.first.kind, self.first.bot, self.first.subject, text)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that happened from `start` to `end`, in its order; `is_whole` unless somebody ended it before."""

    start: datetime
    end: datetime
    entries: Sequence[Entry] = field(default_factory=list)
    is_whole: bool = True

    @property
    def counts(self) -> dict[Kind, int]:
        """How many entries there are of each kind, in the order of NAMES."""
        counted = Counter(entry.kind for entry in self.entries)
        return {kind: counted[kind] for kind in NAMES if counted[kind]}

    @property
    def missed(self) -> int:
        """How many due times had no run of their own."""
        return sum(entry.missed for entry in self.entries)

    def of(self, bot: str) -> "Calendar":
        """What one bot did, and what was of no bot."""
        own = [entry for entry in self.entries if entry.bot in (None, bot)]
        return Calendar(self.start, self.end, own, self.is_whole)

    def days(self) -> Iterator[tuple[date, list[Line]]]:
        """The days on which something happened, each with its lines."""
        # Midnight ends a day: what happens at the very end of the simulation is of its last day.
        for day, entries in groupby(self.entries, lambda entry: min(entry.at, self._last_moment).date()):
            yield day, _lines(day, entries)

    @property
    def _last_moment(self) -> datetime:
        return self.end - timedelta.resolution

    def sentences(self) -> list[str]:
        """What it comes to."""
        told = [f"{count:,} {NAMES[kind][count > 1]}" for kind, count in self.counts.items()]
        found = [f"In all: {', '.join(told)}." if told else "Nothing would happen."]
        if self.missed:
            found.append(f"{self.missed:,} due time{'s' if self.missed > 1 else ''} had no run of their own.")
        return found


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By their moments; what is of one moment in the order of NAMES, so that each time it is the same."""
    places = {kind: place for place, kind in enumerate(NAMES)}
    return sorted(entries, key=lambda entry: (entry.at, places[entry.kind], entry.bot or "", entry.subject))


def day_name(day: date) -> str:
    """Such as Sun 1 March 2026."""
    return f"{day:%a} {day.day} {day:%B %Y}"


def _lines(day: date, entries: Iterable[Entry]) -> list[Line]:
    found: dict[tuple[object, ...], Line] = {}
    for entry in entries:
        text = {"message": "", "down": str(entry.until)}.get(entry.kind, entry.text)
        key = (entry.kind, entry.bot, entry.subject, text)
        line = found.get(key)
        if line is None:
            found[key] = Line(day, entry, entry, missed=entry.missed)
            continue
        line.is_alike = line.is_alike and entry.text == line.first.text and entry.until == line.first.until
        line.last, line.count, line.missed = entry, line.count + 1, line.missed + entry.missed
    return list(found.values())


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
