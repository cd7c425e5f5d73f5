"""How tasks stand, in figures."""

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.words import PRIORITY, actor_of
from tasktalk.runtime.tasks.analytics import figures


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

    return [Endpoint("/tasks/analytics", {"GET": get})]
