"""Templates: what tasks of one kind have in common."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks import changes as fields
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import NewTask, Task
from tasktalk.runtime.tasks.permissions import demand_all
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import Priority, priority_of
from tasktalk.storage import templates
from tasktalk.storage.writes import Row

CREATED = "template_created"
"""The kind of the event that tells of a new template."""

MOST_FILLED = 1 << 20
"""How many characters a description has that variables have made longer."""
_PREFIX = "tpl"
# Blanks around the name are its own: to look for them apart takes the cube of their number where nothing closes it.
_PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A template; in `description_template` stand the names of variables as {{name}}."""

    id: str
    organisation_id: str
    name: str
    description_template: str
    default_priority: Priority
    default_tags: list[str]
    checklist: list[str]
    created_by: str
    created_at: datetime


class Templates:
    """The templates of the organisation of the actor of `tasks`, within the same unit of work."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    async def create(
        self,
        name: object,
        description_template: object = None,
        default_priority: object = "medium",
        default_tags: object = (),
        checklist: object = (),
    ) -> Template:
        """Makes a template. Raises Refused with the code of the first bad field."""
        demand_all(self._tasks.actor, "templates")
        return self._make(_checked(name, description_template, default_priority, default_tags, checklist))

    async def ensure(
        self,
        name: object,
        description_template: object,
        default_priority: object,
        default_tags: object,
        checklist: object,
    ) -> Template:
        """The template that its name means, made anew where that is not just so. Raises Refused as `create` does."""
        demand_all(self._tasks.actor, "templates")
        wanted = _checked(name, description_template, default_priority, default_tags, checklist)
        found = await self._newest(wanted["name"])
        if found is not None and all(getattr(found, field) == value for field, value in wanted.items()):
            return found
        return self._make(wanted)

    def _make(self, values: Mapping[str, Any]) -> Template:
        work, actor = self._tasks.work, self._tasks.actor
        row: dict[str, Any] = {
            "id": new_id(_PREFIX, work.now),
            "organisation_id": actor.organisation_id,
            **values,
            "created_by": actor.user_id,
            "created_at": work.now,
        }
        work.insert("template", row)
        record(work, actor, CREATED, "template", row["id"], {"name": (None, row["name"])})
        return Template(**row)

    async def get(self, template_id: str) -> Template:
        """The template with this id; raises Refused `template_not_found`, also for another organisation's."""
        wanted = template_id.strip().lower()
        row: Row | None = next((row for row in self._tasks.work.changed("template") if row["id"] == wanted), None)
        if row is None:
            async with self._tasks.work.read() as reader:
                row = await templates.by_id(reader, wanted)
        if row is None or row["organisation_id"] != self._tasks.actor.organisation_id:
            raise Refused("template_not_found", f"Template {template_id} not found")
        return Template(**row)

    async def named(self, name: str) -> Template:
        """The template with this id, else the newest of this name. Raises Refused `template_not_found`."""
        return await self._newest(name.strip()) or await self.get(name)

    async def _newest(self, name: str) -> Template | None:
        """The newest template of this name, those that this unit has just made before all others."""
        organisation_id = self._tasks.actor.organisation_id
        own = [row for row in self._tasks.work.changed("template") if row["name"] == name]
        row: Row | None = own[-1] if own else None
        if row is None:
            async with self._tasks.work.read() as reader:
                row = await templates.named(reader, organisation_id, name)
        return None if row is None else Template(**row)

    async def page(self, page: int, limit: int) -> tuple[Sequence[Template], int]:
        """Some of the templates as they are committed, oldest first, and how many there are."""
        organisation_id, offset = self._tasks.actor.organisation_id, (page - 1) * limit
        async with self._tasks.work.read() as reader:
            total = await templates.count(reader, organisation_id)
            if offset >= total:
                return [], total
            rows = await templates.page(reader, organisation_id, offset, limit)
        return [Template(**row) for row in rows], total

    async def use(
        self, template: Template, variables: object = None, given: Mapping[str, object] | None = None
    ) -> Task:
        """Makes a task: its title is the template's name, unless `given`, which has fields of NewTask, says otherwise.

        Raises Refused `invalid_variables` or `missing_variable`, and as `Tasks.create` does.
        """
        return await self._tasks.create(NewTask(**{**said(template, variables), **(given or {})}))


def said(template: Template, variables: object) -> dict[str, Any]:
    """The fields of NewTask that a template gives. Raises Refused `invalid_variables` or `missing_variable`."""
    return {
        "title": template.name,
        "description": filled(template.description_template, variables),
        "priority": template.default_priority,
        "tags": template.default_tags,
        "checklist": [{"text": text, "done": False} for text in template.checklist],
    }


def filled(text: str, variables: object) -> str:
    """The text with each {{name}} replaced by the variable; what stands in a variable is not looked at again. No more
    is made in memory than the text may have in the end.

    Raises Refused `invalid_variables`, or `missing_variable` with the name that nobody gave.
    """
    values = _values(variables)
    left = max(0, MOST_FILLED - len(text))

    def value(found: re.Match[str]) -> str:
        nonlocal left
        name = found[1].strip()
        if not name:
            return found[0]  # nobody can give what has no name
        if name not in values:
            raise Refused("missing_variable", f"The template needs the variable {name[:100]}")
        left -= len(values[name]) - len(found[0])
        if left < 0:
            most = f"more than {MOST_FILLED:,} characters"
            raise Refused("invalid_variables", f"With these variables the description would have {most}")
        return values[name]

    return _PLACEHOLDER.sub(value, text)


def _values(variables: object) -> dict[str, str]:
    if variables is None:
        return {}
    if not isinstance(variables, Mapping):
        raise Refused("invalid_variables", "Variables must be a record (a JSON object) of texts and numbers")
    return {name: _value(name, value) for name, value in variables.items() if value is not None}


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return fields.plain_text(value, "invalid_variables", f"Variable {name}")


def _checked(
    name: object, description_template: object, default_priority: object, default_tags: object, checklist: object
) -> dict[str, Any]:
    return {
        "name": _name(name),
        "description_template": fields.description(description_template),
        "default_priority": priority_of(default_priority),
        "default_tags": fields.tags(default_tags),
        "checklist": _checklist(checklist),
    }


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused("missing_name", "A template needs a name: a text that is not blank")
    return fields.plain_text(value.strip(), "invalid_name", "Name")


def _checklist(value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        raise Refused("invalid_checklist", "A checklist must be a list of texts that are not blank")
    items = fields.checklist([{"text": text, "done": False} for text in value])
    return [str(item["text"]) for item in items or ()]
