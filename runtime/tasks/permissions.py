"""What the role of whoever acts lets it do. Everybody may look at all of the organisation; these ask about changes."""

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Actor
from tasktalk.storage.writes import Row


def demand_making(actor: Actor, what: str = "tasks") -> None:
    """Refuses `permission_denied` to those who may not make anything: viewers."""
    if actor.role == "viewer":
        raise Refused("permission_denied", f"You don't have permission to create {what}")


def demand_change(actor: Actor, task: Row) -> None:
    """Refuses `permission_denied` to those who may not change the task with this row, or anything of it."""
    match actor.role:
        case "owner" | "member":
            return
        case "agent" if actor.user_id in (task["created_by"], task["assignee"]):
            return
    raise Refused("permission_denied", "You don't have permission to modify this task")


def demand_claim(actor: Actor, task: Row, who: str) -> None:
    """Refuses `permission_denied` to those who may not make the task somebody's: for themselves, everybody may try who
    may change tasks at all."""
    if actor.role == "viewer" or who != actor.user_id:
        demand_change(actor, task)


def demand_all(actor: Actor, what: str) -> None:
    """Refuses `permission_denied` to those who may not change what concerns every task, such as templates: `what`."""
    if actor.role not in ("owner", "member"):
        raise Refused("permission_denied", f"You don't have permission to change {what}")
