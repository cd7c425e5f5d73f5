"""How tasks stand, in figures."""

from typing import Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import TEXT, answer, items, number, or_null, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.words import PRIORITY, actor_of
from tasktalk.runtime.tasks.analytics import figures

_SHARE = answer("Share", {"total": whole(0), "completed": whole(0)})
_SUMMARY = answer(
    "Summary",
    {
        **{name: whole(0) for name in ("total_tasks", "completed", "in_progress", "overdue")},
        "completion_rate": number(0, 1),
        "average_completion_time_hours": number(0),
    },
)
_PERFORMANCE = answer(
    "Performance",
    {"user_id": TEXT, "name": or_null(TEXT), "tasks_completed": whole(1), "average_time_hours": number(0)},
)
_GET: Final = Operation(
    "See how tasks stand",
    {
        200: answer(
            "Analytics",
            {
                "summary": _SUMMARY,
                "by_priority": answer("ByPriority", dict.fromkeys(PRIORITY.words, _SHARE)),
                "by_assignee": items(_PERFORMANCE),
            },
        )
    },
    description="An overdue task is not counted as in progress. Who has completed most comes first.",
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of figures."""

    async def get(request: web.Request) -> web.Response:
        actor = await actor_of(request, services)
        found = await figures(units.reading(services, actor).work, actor)
        by_priority = {
            PRIORITY.show(priority): {"total": share.total, "completed": share.completed}
            for priority, share in reversed(found.by_priority.items())
        }
        by_assignee = [
            {
                "user_id": one.user_id,
                "name": one.name,
                "tasks_completed": one.completed,
                "average_time_hours": one.average_hours,
            }
            for one in found.by_assignee
        ]
        summary = {
            "total_tasks": found.total,
            "completed": found.completed,
            "in_progress": found.in_progress,
            "overdue": found.overdue,
            "completion_rate": found.completion_rate,
            "average_completion_time_hours": found.average_hours,
        }
        return web.json_response({"summary": summary, "by_priority": by_priority, "by_assignee": by_assignee})

    return [Endpoint("/tasks/analytics", {"GET": get}, {"GET": _GET})]
