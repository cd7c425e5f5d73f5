"""Every table and index, by subject."""

from tasktalk.storage.tables.accounts import organisation, token, user
from tasktalk.storage.tables.columns import Moment, metadata
from tasktalk.storage.tables.conversations import (
    awaited,
    contact,
    conversation,
    handover,
    memory,
    message,
    profile,
    program,
    session,
    timer,
)
from tasktalk.storage.tables.processes import lease, process, step, suspect
from tasktalk.storage.tables.schedules import run, run_start, schedule
from tasktalk.storage.tables.tasks import deadline, event, pending_event, task, task_count, task_tag

__all__ = [
    "Moment",
    "awaited",
    "contact",
    "conversation",
    "deadline",
    "event",
    "handover",
    "lease",
    "memory",
    "message",
    "metadata",
    "organisation",
    "pending_event",
    "process",
    "profile",
    "program",
    "run",
    "run_start",
    "schedule",
    "session",
    "step",
    "suspect",
    "task",
    "task_count",
    "task_tag",
    "timer",
    "token",
    "user",
]
