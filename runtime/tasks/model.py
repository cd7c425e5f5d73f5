"""What a task is, who acts on it, and how its id is spelled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tasktalk.runtime.files import FileStore
from tasktalk.runtime.policies import Policy
from tasktalk.runtime.roles import Role
from tasktalk.runtime.tasks.statuses import Priority, Status
from tasktalk.storage.writes import Row

_PREFIXES = ("tsk_", "task_")
MOST_DIGITS = 15
"""Of a task's number: every client keeps so many exactly."""


@dataclass(slots=True)
class Actor:
    """Who acts, for which organisation, and the way it came in (a dialect, "script", "schedule").

    Scripts may do what members may.
    """

    user_id: str
    organisation_id: str
    source: str
    role: Role = "member"


@dataclass(frozen=True, slots=True)
class Ports:
    """What the tasks ask of others. A question that nobody can answer is None and is not asked."""

    is_bot: Callable[[str], bool] | None = None
    check_script: Callable[[str, str], None] | None = None  # refuses a script that the bot does not have
    address: Callable[[str], str] | None = None  # where programs find the task with this id
    files: FileStore | None = None  # where the bytes of attachments are; without it nothing can be attached


@dataclass(slots=True)
class NewTask:
    """What a new task is to be, as it was asked for: nothing in it has been checked."""

    title: object
    description: object = ""
    status: object = "pending"
    priority: object = "medium"
    assignee: object = None
    due_at: object = None  # a datetime
    tags: object = ()
    context: object = field(default_factory=dict)
    bot: object = None
    schedule: object = None
    timezone: object = None
    schedule_words: object = None  # of an interface with words of its own, to be shown back
    checklist: object = None
    contact_id: object = None
    session_ms: object = None
    retries: object = 0
    external_id: object = None
    space_id: object = None
    assignee_type: object = None
    is_once: object = False  # it is begun by its run, and ends with that


@dataclass(frozen=True, slots=True)
class Terms:
    """What an interface lets those who use it do that is not usual."""

    may_be_late: bool = False  # a due date need not lie ahead
    may_be_agent: bool = False  # the assignee may be an agent of others, of whom no directory knows
    sla: Mapping[str, float | str] = field(default_factory=dict)  # what holds where the organisation says nothing


@dataclass(frozen=True, slots=True)
class Timing:
    """A schedule as it is asked for; `words` are its author's, where the spec says it otherwise."""

    spec: str
    timezone: str
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a task runs by itself; `next_run_at` is None when it never will."""

    spec: str
    timezone: str
    next_run_at: datetime | None
    words: str | None = None  # as its author wrote it, where the spec says it otherwise
    policy: Policy = field(default_factory=Policy)
    is_paused: bool = False

    @classmethod
    def of(cls, row: Row) -> "Schedule":
        """The schedule that a row of the table holds."""
        upcoming = None if row["is_paused"] else row["next_run_at"]
        return cls(row["spec"], row["timezone"], upcoming, row["words"], Policy.of(row), row["is_paused"])

    @property
    def timing(self) -> Timing:
        """What was asked for."""
        return Timing(self.spec, self.timezone, self.words)


@dataclass(slots=True)
class Task:
    """A unit of work as it stands. `id` is bare: each interface spells it its own way."""

    id: str
    organisation_id: str
    title: str
    description: str
    status: Status
    priority: Priority
    assignee: str | None
    due_at: datetime | None
    progress: int
    time_spent_minutes: float
    tags: list[str]
    context: dict[str, Any]
    resolution: str | None
    outcomes: list[str] | None
    bot: str | None
    created_by: str
    completed_by: str | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    comments_count: int
    attachments_count: int
    checklist: list[dict[str, Any]] | None
    version: int
    is_scheduled: bool
    contact_id: str | None
    session_ms: int | None
    retries: int
    is_due_by_sla: bool
    space_id: str | None = None
    assignee_type: str | None = None
    external_id: str | None = None  # a run may keep a task from before there was one
    own_sla: Mapping[str, float | str] | None = None
    is_once: bool = False
    origin: dict[str, Any] | None = None  # the talk in which a script made it: conversation_id, bot_id

    @classmethod
    def of(cls, row: Row) -> "Task":
        """The task that a row of the table holds."""
        return cls(**row)

    def sla(self, now: datetime) -> str | None:
        """How it stands with a due date that comes from its organisation's SLA: `on_time` or `breached`."""
        if self.due_at is None or not self.is_due_by_sla:
            return None
        return "on_time" if (self.completed_at or now) <= self.due_at else "breached"


def spelled(task_id: str) -> str:
    """The id as scripts and people see it."""
    return f"tsk_{task_id}"


def bare(task_id: str) -> str:
    """The id as it is stored, of one in the spelling of any interface that has texts for ids."""
    lower = task_id.strip().lower()
    for prefix in _PREFIXES:
        if lower.startswith(prefix):
            return lower.removeprefix(prefix)
    return lower


def number(task_id: str) -> int | None:
    """The number of a task that is named by it; None for every other spelling. No stored id is as short."""
    said = task_id.strip()
    return int(said) if len(said) <= MOST_DIGITS and said.isascii() and said.isdigit() else None
