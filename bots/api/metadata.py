"""What interfaces without a field for tags call meta or metadata: a task's context, with its tags in it as `tags`."""

from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import changes
from tasktalk.runtime.tasks.model import Task

_TAGS = "tags"


def shown(task: Task) -> dict[str, Any]:
    """The context and the tags of a task as one record."""
    return {**task.context, _TAGS: task.tags} if task.tags else task.context


def fields(sent: object, task: Task | None = None, *, called: str) -> dict[str, object]:
    """The `context` and the `tags` that a record stands for, which the interface calls so; nothing where it is just
    what is shown of the task.

    A list under `tags` that cannot be the tags of a task stays in the context. Refuses `invalid_context`.
    """
    context = changes.context(sent, called)
    if task is not None and changes.is_same(shown(task), context):
        return {}
    try:
        tags = changes.tags(context.get(_TAGS))
    except Refused:
        tags = []
    return {"context": {key: value for key, value in context.items() if not (tags and key == _TAGS)}, "tags": tags}
