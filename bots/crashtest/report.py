"""What a crash test says in the end."""

from dataclasses import dataclass
from typing import Any

from tasktalk.bots.crashtest.channels import PROVIDERS
from tasktalk.bots.crashtest.outcome import CHANNELS, Differences, size
from tasktalk.bots.crashtest.plan import Plan
from tasktalk.bots.crashtest.play import Played
from tasktalk.bots.crashtest.ways.provider import Provider

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of the play with kills, beside the one without."""

    plan: Plan
    expected: Played
    found: Played
    differences: Differences
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether nobody could tell that anything was killed."""
        differences, undisturbed = self.differences, self.expected
        wrong = (differences.lost, differences.repeated, undisturbed.came_twice)
        return not (differences.talks or any(sum(each.values()) for each in wrong))

    def figures(self) -> dict[str, Any]:
        """What `--json` prints."""
        expected, differences = self.expected.outcome, self.differences
        return {
            "database": "sqlite" if self.plan.db is None else "postgresql",
            "processes": self.plan.processes,
            "fault": self.plan.fault,
            "seed": self.plan.seed,
            "conversations": self.plan.conversations,
            "messages": size(expected, "messages"),
            "deliveries": size(expected, *CHANNELS),
            "channels": {channel: self._of_channel(channel) for channel in CHANNELS},
            "orders": size(expected, "orders"),
            "tasks": size(expected, "tasks"),
            "kills": self.found.kills_at_random + self.found.kills_at_instants,
            "kills_at_random": self.found.kills_at_random,
            "kills_at_instants": self.found.kills_at_instants,
            "sent_again": sum(self.found.sent_again.values()),
            "came_twice": sum(self.found.came_twice.values()),
            "ordered_again": self.found.ordered_again,
            "lost": differences.lost.total(),
            "repeated": differences.repeated.total(),
            "transcripts_that_differ": len(differences.talks),
            "seconds": round(self.seconds, 1),
        }

    def _of_channel(self, channel: str) -> dict[str, int]:
        return {
            "deliveries": size(self.expected.outcome, channel),
            "sent_again": self.found.sent_again[channel],
            "came_twice": self.found.came_twice[channel],
            "lost": self.differences.lost[channel],
            "repeated": self.differences.repeated[channel],
        }

    def table(self) -> str:
        """The same for people, with the first differences."""
        figures = self.figures()
        fault = f", {self.plan.fault}" if self.plan.fault else ""
        rows = [
            ("database", f"{figures['database']}, {_count(self.plan.processes, 'process', 'processes')}{fault}"),
            ("conversations", f"{figures['conversations']:,}"),
            ("messages", f"{figures['messages']:,}"),
            ("deliveries", f"{figures['deliveries']:,}"),
            *((f"  to {provider.title}", self._told_of(provider)) for provider in PROVIDERS),
            (
                "orders outside",
                f"{figures['orders']:,}, {figures['ordered_again']:,} of them sent again with the same key",
            ),
            ("tasks", f"{figures['tasks']:,}"),
            ("kills", f"{figures['kills']:,}"),
            ("  at random moments", f"{figures['kills_at_random']:,}"),
            ("  at named instants", f"{figures['kills_at_instants']:,}"),
            ("lost", f"{figures['lost']:,}"),
            ("repeated", f"{figures['repeated']:,}"),
            ("transcripts that differ", f"{figures['transcripts_that_differ']:,}"),
            ("time", f"{figures['seconds']:.0f} s"),
        ]
        lines = [f"{name:<24}{value}" for name, value in rows]
        for contact, difference in list(self.differences.talks.items())[:_SHOWN]:
            lines.append(f"  {contact or 'nobody'}: {difference}")
        return "\n".join(lines)

    def _told_of(self, provider: type[Provider]) -> str:
        of = self._of_channel(provider.channel)
        again = f"{of['sent_again']:,} sent again with the same id"
        if not provider.has_ids:
            again = f"and {of['came_twice']:,} came twice, since it has no id to know them by"
        return f"{of['deliveries']:,}: {of['lost']:,} lost, {of['repeated']:,} repeated, {again}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
