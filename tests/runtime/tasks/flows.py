"""What tests do with workflows, and with tasks that wait for others."""

from typing import Any

from sqlalchemy import select

from tasktalk.runtime.tasks import workflow_plan
from tasktalk.runtime.tasks.model import NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.workflow import Workflow
from tasktalk.runtime.tasks.workflows import Workflows
from tasktalk.storage.database import Database
from tasktalk.storage.tables import event, metadata
from tests.runtime.tasks.conftest import Within


async def make(tasks: Tasks, *steps: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Makes a workflow and commits; gives its id, and those of the tasks by the steps' names."""
    found = await Workflows(tasks).create(workflow_plan.read("W", steps))
    await tasks.work.commit()
    return found.id, {step.name: step.task.id for step in found.steps}


async def stands(tasks: Within, workflow_id: str) -> Workflow:
    return await Workflows(tasks()).get(workflow_id)


async def do(tasks: Within, name: str, task_id: str, *arguments: Any) -> None:
    """One change in a unit of work of its own."""
    work = tasks()
    await getattr(work, name)(task_id, *arguments)
    await work.work.commit()


async def kinds(database: Database, subject: str) -> list[str]:
    async with database.read() as reader:
        query = select(event.c.kind).where(event.c.subject == subject).order_by(event.c.sequence)
        return [row["kind"] for row in await reader.rows(query)]


async def rows(database: Database, table: str) -> list[dict[str, Any]]:
    async with database.read() as reader:
        return await reader.rows(select(metadata.tables[table]))


def chain(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "depends_on": [names[i - 1]] if i else []} for i, name in enumerate(names)]


async def new(tasks: Within, *titles: str) -> list[str]:
    work = tasks()
    made = [await work.create(NewTask(title=title)) for title in titles]
    await work.work.commit()
    return [task.id for task in made]
