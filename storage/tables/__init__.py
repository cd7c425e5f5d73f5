"""Every table and index, by subject."""

from tasktalk.storage.tables.accounts import organisation, token, user
from tasktalk.storage.tables.columns import Moment, metadata
from tasktalk.storage.tables.consequences import (
    automation,
    automation_done,
    conversation_tag,
    notification,
    notification_setting,
    parcel,
    watcher,
    webhook,
)
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
from tasktalk.storage.tables.notes import attachment, comment, file, task_message, template
from tasktalk.storage.tables.pipelines import pipeline, pipeline_stage, task_stage
from tasktalk.storage.tables.processes import lease, process, step, suspect
from tasktalk.storage.tables.requests import budget, kept_answer
from tasktalk.storage.tables.schedules import run, run_start, schedule, takeover
from tasktalk.storage.tables.tasks import (
    deadline,
    event,
    pending_event,
    task,
    task_count,
    task_meta,
    task_number,
    task_pair_count,
    task_tag,
)
from tasktalk.storage.tables.workflows import task_dependency, workflow, workflow_step

__all__ = [
    "Moment",
    "attachment",
    "automation",
    "automation_done",
    "awaited",
    "budget",
    "comment",
    "contact",
    "conversation",
    "conversation_tag",
    "deadline",
    "event",
    "file",
    "handover",
    "kept_answer",
    "lease",
    "memory",
    "message",
    "metadata",
    "notification",
    "notification_setting",
    "organisation",
    "parcel",
    "pending_event",
    "pipeline",
    "pipeline_stage",
    "process",
    "profile",
    "program",
    "run",
    "run_start",
    "schedule",
    "session",
    "step",
    "suspect",
    "takeover",
    "task",
    "task_count",
    "task_dependency",
    "task_message",
    "task_meta",
    "task_number",
    "task_pair_count",
    "task_stage",
    "task_tag",
    "template",
    "timer",
    "token",
    "user",
    "watcher",
    "webhook",
    "workflow",
    "workflow_step",
]
