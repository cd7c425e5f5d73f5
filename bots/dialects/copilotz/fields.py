"""What a request says of a task, in the words that are used inside."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import metadata
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.dialects.copilotz.words import STATUS
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import changes as checks
from tasktalk.runtime.tasks.model import NewTask, Task
from tasktalk.runtime.tasks.pipeline_fields import number_of
from tasktalk.runtime.tasks.stages import Place, Standing

MODE: Final = "X-Context-Mode"
MODES: Final = ("merge", "replace")
READ_ONLY: Final = ("_id", "id", "attempt", "retryAt", "createdAt", "updatedAt")
NAMES: Mapping[str, str] = {
    "extId": "external_id",
    "status": "status",
    "name": "title",
    "description": "description",
    "context": "context",
}
"""The fields of the task itself, by their names inside; `workflow` and `currentStep` are told apart from them."""
_PLACE: Final = ("workflow", "currentStep")
KNOWN: Final = (*NAMES, *_PLACE)
ERRORS: Final = (
    *("unknown_field", "missing_name", "invalid_title", "invalid_status", "invalid_description", "invalid_context"),
    *("invalid_external_id", "unknown_workflow", "unknown_step"),
)
"""What a task that is sent may be refused with."""


def new_task(sent: Mapping[str, Any]) -> tuple[NewTask, Place | None]:
    """The task that a request asks for, and where it is to be. Raises Refused."""
    refuse_unknown(sent, KNOWN, passed_over=READ_ONLY)
    values = _values({"name": None, "status": None, **sent})
    values |= metadata.fields(values.get("context", {}), called="context")
    return NewTask(**values), place(sent, None)


def changes(sent: Mapping[str, Any], task: Task, is_merged: bool) -> dict[str, object]:
    """What is to change of the task itself. Raises Refused."""
    refuse_unknown(sent, KNOWN, passed_over=READ_ONLY)
    values = _values(sent)
    if "status" in sent:
        values["status"] = STATUS.read(sent["status"], task.status)
    if "context" in values:
        record = _merged(values["context"], task) if is_merged else values["context"]
        values |= {"context": task.context, "tags": task.tags, **metadata.fields(record, task, called="context")}
    return values


def place(sent: Mapping[str, Any], standing: Standing | None) -> Place | None:
    """Where the task is to be, if the request says that; what it does not say stays. Raises Refused."""
    if not any(name in sent for name in _PLACE):
        return None
    step = sent.get("currentStep")
    stage = None if step is None else number_of(step, "unknown_step", "step", "currentStep")
    if "workflow" not in sent:
        if stage is None:
            return None
        return Place(None if standing is None else standing.pipeline, stage)
    workflow = sent["workflow"]
    if workflow is None:
        return Place(None, stage)
    pipeline = number_of(workflow, "unknown_workflow", "workflow", "workflow")
    if stage is None and standing is not None and standing.pipeline == pipeline:
        return None
    return Place(pipeline, stage)


def is_merged(request: web.Request) -> bool:
    """Whether the context that is sent goes into that which is there. Refuses `invalid_mode`."""
    mode = request.headers.get(MODE, MODES[0]).strip().lower()
    if mode not in MODES:
        raise Refused("invalid_mode", f"{MODE} must be one of: {', '.join(MODES)}")
    return mode == "merge"


def _values(sent: Mapping[str, Any]) -> dict[str, Any]:
    return {inner: checks.CHECKS[inner](_read(outer, sent[outer])) for outer, inner in NAMES.items() if outer in sent}


def _read(name: str, value: object) -> object:
    if name == "status":
        return STATUS.read(value)
    if name == "name" and (not isinstance(value, str) or not value.strip()):
        raise Refused("missing_name", "A task needs a name: a text that is not blank")
    if name == "extId" and value is not None and not isinstance(value, str):
        raise Refused("invalid_external_id", "extId must be a text, or null")
    return value


def _merged(sent: Mapping[str, Any], task: Task) -> Mapping[str, Any]:
    """What is shown of the task, with these entries; those that are null go."""
    merged = {**metadata.shown(task), **sent}
    return {key: value for key, value in merged.items() if value is not None or key not in sent}
