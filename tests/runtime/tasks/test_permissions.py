"""What each role may do with tasks: the whole table."""

from collections.abc import Awaitable, Callable

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.administration import Administration
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.roles import ROLES, Role
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.permissions import demand_all, demand_making
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage.database import Database
from tasktalk.storage.listing import TaskFilter
from tasktalk.storage.writes import Expect
from tests.runtime.tasks.conftest import Within

CHANGES: dict[str, Callable[[Tasks, str], Awaitable[object]]] = {
    "update": lambda tasks, task_id: tasks.update(task_id, {"title": "new"}),
    "update nothing": lambda tasks, task_id: tasks.update(task_id, {}),
    "complete": lambda tasks, task_id: tasks.complete(task_id),
    "end": lambda tasks, task_id: tasks.end(task_id, "failed"),
    "claim": lambda tasks, task_id: tasks.claim(task_id, "ana"),
    "delete": lambda tasks, task_id: tasks.delete(task_id),
}
MAY: dict[Role, set[str]] = {
    "owner": {"others'", "nobody's", "assigned to it", "made by it"},
    "member": {"others'", "nobody's", "assigned to it", "made by it"},
    "agent": {"assigned to it", "made by it"},
    "viewer": set(),
}
MAY_CLAIM: dict[Role, set[str]] = {
    **{role: {"nobody's", "assigned to it", "made by it"} for role in ("owner", "member", "agent")},
    "viewer": set(),
}
"""What is somebody else's is claimed by nobody, whatever their role."""
NOT_YOURS = "You don't have permission to modify this task"


async def made(tasks: Within, whose: str) -> str:
    """A task of each kind, seen from ana."""
    unit = tasks(Actor("ana" if whose == "made by it" else "bo", "default", "test"))
    task = await unit.create(NewTask("t", assignee={"assigned to it": "ana", "others'": "bo"}.get(whose)))
    await unit.work.commit()
    return task.id


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("whose", sorted(MAY["owner"]))
@pytest.mark.parametrize("change", CHANGES)
async def test_gb_09_the_table_of_roles(tasks: Within, role: Role, whose: str, change: str) -> None:
    task_id = await made(tasks, whose)
    unit = tasks(Actor("ana", "default", "test", role))
    assert (await unit.get(task_id)).title == "t"
    assert (await unit.page(TaskFilter()))[1] == 1
    if whose in (MAY_CLAIM if change == "claim" else MAY)[role]:
        await CHANGES[change](unit, task_id)
        assert bool(unit.work.writes.writes) == (change != "update nothing")
    else:
        is_taken = (change, whose) == ("claim", "others'") and role != "viewer"
        with pytest.raises(Refused, match="is bo's" if is_taken else NOT_YOURS) as refused:
            await CHANGES[change](unit, task_id)
        assert refused.value.code == ("task_claimed" if is_taken else "permission_denied")
        assert all(isinstance(write, Expect) for write in unit.work.writes.writes)


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_make_tasks_and_change_what_concerns_all(tasks: Within, role: Role) -> None:
    actor = Actor("ana", "default", "test", role)
    if role == "viewer":
        with pytest.raises(Refused, match="You don't have permission to create tasks"):
            await tasks(actor).create(NewTask("t"))
        with pytest.raises(Refused, match="You don't have permission to create comments"):
            demand_making(actor, "comments")
    else:
        assert (await tasks(actor).create(NewTask("t"))).created_by == "ana"
    if role in {"owner", "member"}:
        demand_all(actor, "templates")
    else:
        with pytest.raises(Refused, match="You don't have permission to change templates") as refused:
            demand_all(actor, "templates")
        assert refused.value.code == "permission_denied"


async def test_gb_10_another_organisations_task_is_not_there_whatever_the_role(tasks: Within) -> None:
    task_id = await made(tasks, "made by it")
    for role in ROLES:
        for change in CHANGES.values():
            with pytest.raises(Refused) as refused:
                await change(tasks(Actor("ana", "other", "test", role)), task_id)
            assert refused.value.code == "task_not_found"


async def test_an_agent_gives_a_task_away(tasks: Within) -> None:
    task_id = await made(tasks, "assigned to it")
    agent = Actor("ana", "default", "test", "agent")
    unit = tasks(agent)
    await unit.update(task_id, {"assignee": "bo"})
    await unit.work.commit()
    with pytest.raises(Refused, match=NOT_YOURS):
        await tasks(agent).update(task_id, {"assignee": "ana"})


@pytest.fixture
async def directory(database: Database, clock: VirtualClock) -> Administration:
    """The default organisation has a directory with Bo, and with Kim, who is disabled."""
    accounts, administration = Accounts(database, clock), Administration(database, clock, "tester")
    await accounts.create_user("Ana", user_id="u0")
    await accounts.create_user("Bo Lund", user_id="u1", email="bo@example.com")
    await accounts.create_user("Kim", user_id="u2")
    await accounts.create_user("Eve", "other", user_id="u3")
    await administration.disable("Kim", "default")
    await administration.set_directory("default", has_directory=True)
    return administration


@pytest.mark.parametrize("name", ["u1", "Bo Lund", "bo lund", " bo@example.com "])
async def test_gb_25_with_a_directory_a_user_is_kept_by_its_id(
    tasks: Within, directory: Administration, name: str
) -> None:
    unit = tasks()
    task = await unit.create(NewTask("t", assignee=name))
    assert task.assignee == "u1"
    assert (await unit.claim(task.id, name)).assignee == "u1"
    writes = len(unit.work.writes.writes)
    assert (await unit.update(task.id, {"assignee": name}))[1] == []
    assert len(unit.work.writes.writes) == writes


@pytest.mark.parametrize("name", ["u3", "Eve", "u2", "Kim", "nobody"])
async def test_gb_25_with_a_directory_others_are_unknown(tasks: Within, directory: Administration, name: str) -> None:
    unit = tasks()
    task = await unit.create(NewTask("t"))
    for attempt in (
        unit.create(NewTask("t", assignee=name)),
        unit.update(task.id, {"assignee": name}),
        unit.claim(task.id, name),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert (refused.value.code, refused.value.message) == ("unknown_assignee", f"There is no user {name}")
    assert (await unit.get(task.id)).assignee is None


async def test_gb_25_an_assignee_from_before_the_directory_stays(tasks: Within, directory: Administration) -> None:
    await directory.set_directory("default", has_directory=False)
    unit = tasks()
    task = await unit.create(NewTask("t", assignee="somebody"))
    await unit.work.commit()
    await directory.set_directory("default", has_directory=True)
    unit = tasks()
    task, changed = await unit.update(task.id, {"assignee": "somebody", "title": "new"})
    assert (task.assignee, changed) == ("somebody", ["title"])
    task, _ = await unit.update(task.id, {"assignee": None})
    assert task.assignee is None


async def test_gb_25_another_organisations_directory_is_its_own(tasks: Within, directory: Administration) -> None:
    task = await tasks(Actor("u3", "other", "test")).create(NewTask("t", assignee="anybody"))
    assert task.assignee == "anybody"
