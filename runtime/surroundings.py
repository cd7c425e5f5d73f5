"""What turns need of the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Protocol

from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.driving import Driver
from tasktalk.runtime.files import FileStore
from tasktalk.runtime.gathering import Gathering
from tasktalk.runtime.inbox import Sequences
from tasktalk.runtime.meters import Meters
from tasktalk.runtime.ports import Channel, Outside, TurnReport
from tasktalk.runtime.sharing import Sharing
from tasktalk.runtime.steps import Recording
from tasktalk.runtime.tasks.listening import Listening
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet


class Told(Protocol):
    """Who hears of each commit in a conversation."""

    def __call__(
        self, conversation_id: str, writes: WriteSet, report: TurnReport | None, *, is_answered: bool = False
    ) -> None:
        """`is_answered`: whoever waits for the turn has its answer from this process."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What turns need of the engine.

    `told` hears of each commit in a conversation; `crash` is called at named instants, for tests.
    """

    database: Database
    clock: Clock
    bots: Bots
    keywords: Keywords
    sequences: Sequences
    sharing: Sharing
    driver: Driver
    pushed: Mapping[str, Channel]  # the channels whose messages the outbox delivers
    warm_conversations: int
    conduct: Conduct
    gathering: Gathering | None
    task_address: Callable[[str], str] | None  # where programs find the task with this id
    told: Told
    meters: Meters
    recording: Recording
    outside: Outside | None
    files: FileStore | None
    listening: Listening
    crash: Callable[[str], None]
    chance: Callable[[str], Random] | None = None  # of a turn, by what names it
