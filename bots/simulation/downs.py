"""When the server of a simulation is down: some hours of every day."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

_DAY = timedelta(days=1)
_WINDOW = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Down:
    """From one time of day, with which it begins, to another one, at which the server is there again; in UTC."""

    begins: time
    ends: time

    @classmethod
    def read(cls, written: str) -> "Down":
        """What 02:00-05:00 means. Raises ValueError with a sentence."""
        found = _WINDOW.fullmatch(written.strip())
        try:
            if found is None:
                raise ValueError
            begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]) % 24, int(found[4]))
            if int(found[3]) == 24 and ends != time():
                raise ValueError
        except ValueError:
            raise ValueError(f"expected two times of day such as 02:00-05:00, got {written!r}") from None
        if begins == ends:
            raise ValueError(f"{written} begins when it ends: the server would always be down, or never")
        return cls(begins, ends)

    def on(self, day: datetime) -> tuple[datetime, datetime]:
        """The window that begins on a day, given by its midnight; over midnight it ends on the next one."""
        begins = datetime.combine(day, self.begins, UTC)
        ends = datetime.combine(day, self.ends, UTC)
        return begins, ends if ends > begins else ends + _DAY


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some time in which the server is up or down."""

    begins: datetime
    ends: datetime
    is_up: bool


def stretches(start: datetime, end: datetime, downs: Sequence[Down]) -> Iterator[Stretch]:
    """The whole time from `start` to `end`, in pieces that follow each other."""
    at = start
    for begins, ends in _windows(start, end, downs):
        if begins > at:
            yield Stretch(at, begins, True)
        yield Stretch(max(at, begins), ends, False)
        at = ends
    if at < end:
        yield Stretch(at, end, True)


def _windows(start: datetime, end: datetime, downs: Sequence[Down]) -> list[tuple[datetime, datetime]]:
    """Those that touch the time, cut to it; none touches another."""
    first = datetime.combine(start, time(), UTC) - _DAY
    days = [first + n * _DAY for n in range((end - first).days + 2)]
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(down.on(day) for day in days for down in downs):
        begins, ends = max(begins, start), min(ends, end)
        if begins >= ends:
            continue
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found
