"""What is asked of a crash test."""

from dataclasses import dataclass
from typing import Final

FAULTS: Final = {
    "channel-fails": "the channel refuses half its calls",
    "clock-jumps": "the servers' clocks jump by up to five seconds, back as well",
    "disk-full": "for three seconds no file can grow (SQLite, Linux)",
    "locked": "another program locks the database for ten seconds (SQLite)",
}
OF_A_FILE: Final = ("disk-full", "locked")
"""The faults that only a database in a file can have."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The same plan makes the same talks; what the kills hit is up to chance."""

    conversations: int
    kills: int
    seed: int
    db: str | None = None
    """The URL of a PostgreSQL server; without one, a file of SQLite is used."""
    processes: int = 1
    fault: str | None = None
    patience: float = 60.0
    """How many seconds without any progress mean that something is lost."""

    @property
    def without_kills(self) -> "Plan":
        """What gives the expectation."""
        return Plan(self.conversations, 0, self.seed, self.db, patience=self.patience)
