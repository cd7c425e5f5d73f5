"""What is counted while conversations run: plain numbers in memory, which whoever watches may read at any time.

No label tells one conversation, contact or message from another, and an instrument that has met MOST_SERIES
combinations of labels counts every further one together, so that what is kept stays small whatever comes.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

from tasktalk.runtime.ports import DeliveryReport, TurnReport

MOST_SERIES = 1000
OTHER = "other"
"""The value of every label of what is counted together."""

Labels: TypeAlias = tuple[str, ...]

_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LATE = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0, 300.0, 3600.0)
_SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)


class Number:
    """Numbers by labels: a counter's only grow, a gauge's are what they are at this moment."""

    def __init__(self, kind: Literal["counter", "gauge"], name: str, meaning: str, *labels: str) -> None:
        self.kind, self.name, self.meaning, self.labels = kind, name, meaning, labels
        self.values: dict[Labels, float] = {} if labels else {(): 0.0}

    def add(self, *labels: str, by: float = 1) -> None:
        """Counts something."""
        try:
            self.values[labels] += by
        except KeyError:
            key = _known(labels, self.values)
            self.values[key] = self.values.get(key, 0.0) + by

    def set(self, value: float, *labels: str) -> None:
        """Says how much it is now."""
        self.values[_known(labels, self.values)] = value


class Spread:
    """How often something was how large: for each combination of labels a histogram."""

    kind: ClassVar[Literal["histogram"]] = "histogram"

    def __init__(self, name: str, meaning: str, *labels: str, bounds: Sequence[float] = _FAST) -> None:
        self.name, self.meaning, self.labels, self.bounds = name, meaning, labels, bounds
        self.values: dict[Labels, tuple[list[int], list[float]]] = {}
        """For each the counts up to each bound, and above all; and the sum, alone in its list."""

    def observe(self, value: float, *labels: str) -> None:
        """Notes one."""
        try:
            counts, total = self.values[labels]
        except KeyError:
            new = [0] * (len(self.bounds) + 1), [0.0]
            counts, total = self.values.setdefault(_known(labels, self.values), new)
        counts[bisect_left(self.bounds, value)] += 1
        total[0] += value


Instrument: TypeAlias = Number | Spread


class Meters:
    """What an engine and its database count. Each attribute is an instrument, in the order in which it is told of."""

    def __init__(self) -> None:
        self.turns = Number(
            "counter",
            "tasktalk_turns",
            "Turns by outcome: waiting, ended, failed, or conflict (nothing was kept, and it is taken again)",
            "bot",
            "outcome",
        )
        self.turn_seconds = Spread("tasktalk_turn_seconds", "A turn from its input to its commit, with what it awaits")
        self.computing_seconds = Spread("tasktalk_turn_computing_seconds", "A turn's script on the processor")
        self.received = Number(
            "counter",
            "tasktalk_received",
            "Messages taken in: new, or repeat (the channel delivered one again)",
            "channel",
            "outcome",
        )
        self.deliveries = Number(
            "counter",
            "tasktalk_deliveries",
            "Attempts to bring a message out: delivered, again (it failed and is tried again), dead (given up), "
            "withheld (the contact has opted out)",
            "channel",
            "outcome",
        )
        self.commits = Spread("tasktalk_commit_seconds", "A commit, from its first statement until it is on disk")
        self.batches = Spread("tasktalk_commit_write_sets", "Write sets that shared a commit", bounds=_SIZES)
        self.refused = Number(
            "counter", "tasktalk_write_sets_refused", "Write sets of which nothing was written: conflicts and failures"
        )
        self.late = Spread(
            "tasktalk_late_seconds",
            "How late what was due began: a schedule or a timer",
            "kind",
            bounds=_LATE,
        )

    def take_report(self, report: TurnReport) -> None:
        """Counts a turn that was committed."""
        self.turns.add(report.bot, report.status)
        self.turn_seconds.observe(report.seconds)
        self.computing_seconds.observe(report.computing_seconds)

    def take_delivery(self, report: DeliveryReport) -> None:
        """Counts an attempt to bring a message out."""
        self.deliveries.add(report.channel, report.outcome)

    def take_commit(self, write_sets: int, refused: int, seconds: float) -> None:
        """Counts a commit of the database."""
        self.commits.observe(seconds)
        self.batches.observe(write_sets)
        self.refused.add(by=refused)

    def instruments(self) -> list[Instrument]:
        """All of them."""
        return list(vars(self).values())


def _known(labels: Labels, met: dict[Labels, float] | dict[Labels, tuple[list[int], list[float]]]) -> Labels:
    return labels if labels in met or len(met) < MOST_SERIES else (OTHER,) * len(labels)
