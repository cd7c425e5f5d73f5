"""Steps: what a task goes through in a workflow, and who does it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import NOT_BLANK, TEXT, TIME, Schema, answer, number, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz.listing import PAGING, PAGING_ERRORS, Page, page_of
from tasktalk.bots.dialects.copilotz.numbered import REMOVED, Numbered
from tasktalk.bots.dialects.copilotz.words import ID, SENT_ID, time
from tasktalk.runtime.tasks.pipeline import Stage
from tasktalk.runtime.tasks.pipeline_fields import LONGEST_PAUSE_SECONDS, MOST_ATTEMPTS
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.service import Tasks

NAMES: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "instructions": "instructions",
    "workflow": "pipeline",
    "next": "next",
    "failedNext": "failed_next",
    "maxAttempts": "attempts",
    "backoffSeconds": "pause_seconds",
    "bot": "bot",
    "script": "script",
}
"""The fields, by their names inside."""
STEP: Final = answer(
    "Step",
    {
        "_id": ID,
        "id": ID,
        "workflow": or_null(ID),
        "name": TEXT,
        "description": TEXT,
        "instructions": TEXT,
        "next": or_null(ID),
        "failedNext": or_null(ID),
        "maxAttempts": whole(1),
        "backoffSeconds": number(0),
        "bot": or_null(TEXT),
        "script": or_null(TEXT),
        "createdAt": TIME,
        "updatedAt": TIME,
    },
)
_SENT: Mapping[str, Schema] = {
    "name": NOT_BLANK,
    "description": or_null(TEXT),
    "instructions": or_null(TEXT),
    "workflow": SENT_ID,
    "next": SENT_ID,
    "failedNext": SENT_ID,
    "maxAttempts": whole(1, MOST_ATTEMPTS),
    "backoffSeconds": number(0, LONGEST_PAUSE_SECONDS),
    "bot": or_null(NOT_BLANK),
    "script": or_null(NOT_BLANK),
}
_ERRORS: Final = (
    *("unknown_field", "missing_name", "invalid_name", "invalid_description", "invalid_instructions", "invalid_steps"),
    *("unknown_workflow", "unknown_step", "invalid_attempts", "invalid_pause", "invalid_bot", "invalid_script"),
    *("missing_bot", "bot_not_found"),
)
_CREATE: Final = Operation(
    "Create a step",
    {201: STEP},
    body=sent("NewStep", _SENT, ["name"]),
    errors=_ERRORS,
    description="With a `workflow` it is the last one of it; one without goes into a workflow by its `steps`.",
)
_UPDATE: Final = Operation(
    "Change a step",
    {200: STEP},
    body=sent("StepChanges", _SENT),
    errors=(*_ERRORS, "step_not_found", "step_in_use", "conflict"),
    is_versioned=True,
)
_LIST: Final = Operation("List steps", {200: page_of("StepList", STEP)}, parameters=PAGING, errors=PAGING_ERRORS)
_GET: Final = Operation("Get a step", {200: STEP}, errors=("step_not_found",), is_versioned=True)
_DELETE: Final = Operation(
    "Delete a step", {200: REMOVED}, errors=("step_not_found", "step_in_use", "conflict"), is_versioned=True
)


def endpoints(services: Services) -> Sequence[Endpoint]:
    """What is served of steps."""
    return _Steps(services).endpoints({"GET": _LIST, "POST": _CREATE}, {"GET": _GET, "PUT": _UPDATE, "DELETE": _DELETE})


class _Steps(Numbered[Stage]):
    kind = "step"
    names = NAMES

    async def make(self, pipelines: Pipelines, asked: Mapping[str, object]) -> Stage:
        return await pipelines.create_stage(asked)

    async def page(self, pipelines: Pipelines, page: Page) -> tuple[Sequence[Stage], int]:
        return await pipelines.stages(page.number, page.limit)

    async def find(self, pipelines: Pipelines, number: int) -> Stage:
        return await pipelines.get_stage(number)

    async def change(self, pipelines: Pipelines, number: int, asked: Mapping[str, object]) -> Stage:
        return await pipelines.update_stage(number, asked)

    async def remove(self, pipelines: Pipelines, number: int) -> None:
        await pipelines.delete_stage(number)

    async def show(self, found: Sequence[Stage], tasks: Tasks) -> Sequence[Mapping[str, Any]]:
        return await shown(found, tasks)


async def shown(stages: Sequence[Stage], tasks: Tasks) -> list[dict[str, Any]]:
    """The steps as this interface shows them."""
    named = {each for stage in stages for each in (stage.pipeline_id, stage.next_id, stage.failed_next_id)}
    numbers = await Pipelines(tasks).numbers([each for each in named if each is not None])
    return [
        {
            "_id": stage.number,
            "id": stage.number,
            "workflow": numbers.get(stage.pipeline_id or ""),
            "name": stage.name,
            "description": stage.description,
            "instructions": stage.instructions,
            "next": numbers.get(stage.next_id or ""),
            "failedNext": numbers.get(stage.failed_next_id or ""),
            "maxAttempts": stage.attempts,
            "backoffSeconds": stage.pause_seconds,
            "bot": stage.bot,
            "script": stage.script,
            "createdAt": time(stage.created_at),
            "updatedAt": time(stage.updated_at),
        }
        for stage in stages
    ]
