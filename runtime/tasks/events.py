"""The event of what an actor changes: one for each change, from which everything else follows."""

from collections.abc import Mapping

from tasktalk.runtime.tasks.changes import as_json
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.work import UnitOfWork

TASK_EVENTS = (
    *("task_created", "task_updated", "task_assigned", "task_completed", "task_overdue", "task_deleted"),
    *("comment_added", "sla_warning", "sla_breached"),
)
"""What those call it who are told what happens to tasks."""


def record(
    work: UnitOfWork,
    actor: Actor,
    kind: str,
    subject: str,
    subject_id: str,
    changes: Mapping[str, tuple[object, object]],
) -> None:
    """Adds the event, in the actor's organisation; `changes` has (before, after) of each field, moments as well."""
    work.record(
        kind,
        subject,
        subject_id,
        organisation_id=actor.organisation_id,
        actor=actor.user_id,
        source=actor.source,
        changes={name: (as_json(before), as_json(after)) for name, (before, after) in changes.items()},
    )
