"""The times of one stored schedule: within its bounds, those that have come, and when something comes of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from tasktalk.runtime.policies import Policy
from tasktalk.runtime.schedules import Interval, next_time, parse, some_times_before
from tasktalk.storage.writes import Row

MOST_COUNTED = 1000
"""So many times that have come are counted one by one, and so many are caught up on."""

_SECOND = timedelta(seconds=1)
_INSTANT = timedelta.resolution


@dataclass(frozen=True, slots=True)
class Reached:
    """The times that have come: how many (MOST_COUNTED means that many or more), the last, and the one before it."""

    count: int
    last: datetime
    before_last: datetime | None


@dataclass(frozen=True, slots=True)
class Timetable:
    """What a schedule's row says of its times."""

    schedule_id: str
    spec: str
    timezone: str
    anchored_at: datetime
    policy: Policy

    @classmethod
    def of(cls, row: Row) -> "Timetable":
        """That of a schedule's row."""
        anchored_at = row["anchored_at"] or row["created_at"]
        return cls(row["id"], row["spec"], row["timezone"], anchored_at, Policy.of(row))

    def after(self, moment: datetime) -> datetime | None:
        """The first time after a moment; None when none is left. Raises Refused for a spec that is none any more."""
        starts_at, ends_at = self.policy.starts_at, self.policy.ends_at
        if starts_at is not None and moment < starts_at:
            moment = starts_at - _INSTANT
        found = next_time(self.spec, moment, self.timezone, self.anchored_at)
        return None if found is None or (ends_at is not None and found > ends_at) else found

    def fires_at(self, planned: datetime | None) -> datetime | None:
        """When something comes of a time: the same moment in every process, jitter included."""
        if planned is None or not self.policy.jitter_seconds:
            return planned
        seed = blake2b(f"{self.schedule_id} {planned.timestamp()}".encode(), digest_size=8).digest()
        share = int.from_bytes(seed) / (1 << 64)
        return planned + timedelta(milliseconds=int(share * self.policy.jitter_seconds * 1000))

    def reached(self, first: datetime, now: datetime) -> Reached:
        """The times from `first`, which has come, up to `now`."""
        last: datetime | None = None
        before_last: datetime | None = None
        meant = parse(self.spec, self.timezone)
        if isinstance(meant, Interval):
            pause, ends_at = timedelta(seconds=meant.seconds), self.policy.ends_at
            number = (min(now, ends_at or now) - first) // pause
            last = first + max(0, number) * pause
            return Reached(max(0, number) + 1, last, last - pause if number > 0 else None)
        count: int = 0
        moment: datetime | None = first
        while moment is not None and moment <= now and count < MOST_COUNTED:
            count, before_last, last = count + 1, last, moment
            moment = self.after(moment)
        if moment is not None and moment <= now:
            last = self._last(moment, now)
            before_last = self._last(moment, last - _INSTANT) if last > moment else before_last
        return Reached(max(1, count), last or first, before_last)

    def caught_up_from(self, first: datetime, reached: Reached) -> datetime:
        """The first of the times that have come for which there are not too many to catch up on each."""
        if reached.count < MOST_COUNTED:
            return first
        meant = parse(self.spec, self.timezone)
        if isinstance(meant, Interval):
            return max(first, reached.last - (MOST_COUNTED - 1) * timedelta(seconds=meant.seconds))
        since = some_times_before(self.spec, reached.last, self.timezone, MOST_COUNTED - 1)
        return max(first, self.after(since - _INSTANT) or first)

    def _last(self, low: datetime, high: datetime) -> datetime:
        """The last time up to `high`; `low` is one of them."""
        while high - low > _SECOND:
            middle = low + (high - low) / 2
            found = self.after(middle)
            if found is not None and found <= high:
                low = found
            else:
                high = middle
        found = self.after(low)
        return low if found is None or found > high else found
