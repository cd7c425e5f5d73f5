"""Workflows: which steps there are, and which is the first."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import NOT_BLANK, TEXT, TIME, Schema, answer, items, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz.listing import PAGING, PAGING_ERRORS, Page, page_of
from tasktalk.bots.dialects.copilotz.numbered import REMOVED, Numbered
from tasktalk.bots.dialects.copilotz.words import ID, SENT_ID, time
from tasktalk.runtime.tasks.pipeline import Pipeline
from tasktalk.runtime.tasks.pipeline_fields import LARGEST_NUMBER, MOST_STAGES
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.service import Tasks

NAMES: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "instructions": "instructions",
    "steps": "stages",
    "firstStep": "first_stage",
}
"""The fields, by their names inside."""
WORKFLOW: Final = answer(
    "Workflow",
    {
        "_id": ID,
        "id": ID,
        "name": TEXT,
        "description": TEXT,
        "instructions": TEXT,
        "steps": items(ID),
        "firstStep": or_null(ID),
        "createdAt": TIME,
        "updatedAt": TIME,
    },
)
_SENT: Mapping[str, Schema] = {
    "name": NOT_BLANK,
    "description": or_null(TEXT),
    "instructions": or_null(TEXT),
    "steps": {**items(whole(0, LARGEST_NUMBER), MOST_STAGES), "uniqueItems": True},
    "firstStep": SENT_ID,
}
_ERRORS: Final = (
    *("unknown_field", "missing_name", "invalid_name", "invalid_description", "invalid_instructions"),
    *("invalid_steps", "unknown_step"),
)
_CREATE: Final = Operation(
    "Create a workflow",
    {201: WORKFLOW},
    body=sent("NewWorkflow", _SENT, ["name"]),
    errors=_ERRORS,
    description="`steps` has the numbers of steps that are in no workflow; they can be made and added later, too.",
)
_UPDATE: Final = Operation(
    "Change a workflow",
    {200: WORKFLOW},
    body=sent("WorkflowChanges", _SENT),
    errors=(*_ERRORS, "workflow_not_found", "step_in_use", "conflict"),
    is_versioned=True,
)
_LIST: Final = Operation(
    "List workflows", {200: page_of("WorkflowList", WORKFLOW)}, parameters=PAGING, errors=PAGING_ERRORS
)
_GET: Final = Operation("Get a workflow", {200: WORKFLOW}, errors=("workflow_not_found",), is_versioned=True)
_DELETE: Final = Operation(
    "Delete a workflow",
    {200: REMOVED},
    errors=("workflow_not_found", "workflow_in_use", "conflict"),
    description="Its steps stay, and are in no workflow then.",
    is_versioned=True,
)


def endpoints(services: Services) -> Sequence[Endpoint]:
    """What is served of workflows."""
    return _Workflows(services).endpoints(
        {"GET": _LIST, "POST": _CREATE}, {"GET": _GET, "PUT": _UPDATE, "DELETE": _DELETE}
    )


class _Workflows(Numbered[Pipeline]):
    kind = "workflow"
    names = NAMES

    async def make(self, pipelines: Pipelines, asked: Mapping[str, object]) -> Pipeline:
        return await pipelines.create(asked)

    async def page(self, pipelines: Pipelines, page: Page) -> tuple[Sequence[Pipeline], int]:
        return await pipelines.page(page.number, page.limit)

    async def find(self, pipelines: Pipelines, number: int) -> Pipeline:
        return await pipelines.get(number)

    async def change(self, pipelines: Pipelines, number: int, asked: Mapping[str, object]) -> Pipeline:
        return await pipelines.update(number, asked)

    async def remove(self, pipelines: Pipelines, number: int) -> None:
        await pipelines.delete(number)

    async def show(self, found: Sequence[Pipeline], tasks: Tasks) -> Sequence[Mapping[str, Any]]:
        return list(map(shown, found))


def shown(pipeline: Pipeline) -> dict[str, Any]:
    """The workflow as this interface shows it."""
    first = pipeline.first
    return {
        "_id": pipeline.number,
        "id": pipeline.number,
        "name": pipeline.name,
        "description": pipeline.description,
        "instructions": pipeline.instructions,
        "steps": [stage.number for stage in pipeline.stages],
        "firstStep": None if first is None else first.number,
        "createdAt": time(pipeline.created_at),
        "updatedAt": time(pipeline.updated_at),
    }
