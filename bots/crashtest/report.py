"""What a crash test says in the end."""

from dataclasses import dataclass
from typing import Any

from tasktalk.bots.crashtest.outcome import Differences, size
from tasktalk.bots.crashtest.plan import Plan
from tasktalk.bots.crashtest.play import Played

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
        differences = self.differences
        return not (differences.talks or differences.lost or differences.repeated or self.expected.came_twice)

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
            "deliveries": size(expected, "deliveries"),
            "orders": size(expected, "orders"),
            "tasks": size(expected, "tasks"),
            "kills": self.found.kills_at_random + self.found.kills_at_instants,
            "kills_at_random": self.found.kills_at_random,
            "kills_at_instants": self.found.kills_at_instants,
            "sent_again": self.found.sent_again,
            "came_twice": self.found.came_twice,
            "ordered_again": self.found.ordered_again,
            "lost": differences.lost,
            "repeated": differences.repeated,
            "transcripts_that_differ": len(differences.talks),
            "seconds": round(self.seconds, 1),
        }

    def table(self) -> str:
        """The same for people, with the first differences."""
        figures = self.figures()
        fault = f", {self.plan.fault}" if self.plan.fault else ""
        rows = [
            ("database", f"{figures['database']}, {_count(self.plan.processes, 'process', 'processes')}{fault}"),
            ("conversations", f"{figures['conversations']:,}"),
            ("messages", f"{figures['messages']:,}"),
            ("deliveries", f"{figures['deliveries']:,}, {figures['sent_again']:,} of them sent again with the same id"),
            ("  to Telegram", f"{figures['came_twice']:,} came twice, since it has no id to know them by"),
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


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
