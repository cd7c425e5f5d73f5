"""General Bots: what a user's role lets it do, and whom tasks can be given to."""

from tasktalk.bots.api.services import Services
from tasktalk.runtime.administration import Administration
from tests.bots.dialects.conftest import Answer, Api

DENIED = {"error": "permission_denied", "message": "You don't have permission to modify this task"}


async def each_change(api: Api, task_id: str) -> list[Answer]:
    return [
        await api.patch(task_id, title="mine"),
        await api.complete(task_id),
        await api.send("DELETE", f"/tasks/{task_id}"),
    ]


async def test_gb_09_an_agent_sees_all_and_changes_its_own(api: Api, agent: Api) -> None:
    others, own, given = await api.made(), await agent.made(), await api.made(assignee="user555")
    before = await agent.get(others)
    spoken_of = await api.made()  # which is no change of the task itself
    for beside, sent in (("comments", {"text": "Hi"}), ("watchers", None)):
        assert (await agent.send("POST", f"/tasks/{spoken_of}/{beside}", sent)).status in (200, 201)
    assert [(answer.status, answer.body) for answer in await each_change(agent, others)] == [(403, DENIED)] * 3
    assert await api.get(others) == before
    for task_id in (own, given):
        assert [answer.status for answer in await each_change(agent, task_id)] == [200] * 3


async def test_gb_09_a_viewer_changes_nothing(api: Api, viewer: Api) -> None:
    task_id = await api.made(assignee="user666")
    before = await viewer.get(task_id)
    assert [(answer.status, answer.body) for answer in await each_change(viewer, task_id)] == [(403, DENIED)] * 3
    assert (await viewer.create()).status == 403
    assert (await viewer.page()).body["total"] == 1
    assert await api.get(task_id) == before


async def test_gb_10_who_owns_another_organisation_finds_nothing_here(
    services: Services, api: Api, stranger: Api
) -> None:
    task_id = await api.made(assignee="user000")
    eve = await services.accounts.user("user000", "other")
    assert eve is not None
    assert eve.role == "owner"
    answers = [(answer.status, answer.code) for answer in await each_change(stranger, task_id)]
    assert answers == [(404, "task_not_found")] * 3


async def test_gb_09_a_role_counts_from_the_next_request_on(api: Api, colleague: Api, services: Services) -> None:
    administration = Administration(services.database, services.clock, "tester")
    task_id = await api.made()
    for role, status in (("viewer", 403), ("agent", 403), ("member", 200), ("owner", 200)):
        await administration.change_role("user456", "default", role)
        assert (await colleague.patch(task_id, title=role)).status == status


async def test_gb_03_a_disabled_user_is_nobody(api: Api, colleague: Api, services: Services) -> None:
    administration = Administration(services.database, services.clock, "tester")
    await administration.disable("user456", "default")
    answer = await colleague.create()
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert (await api.page()).body["total"] == 0
    await administration.enable("user456", "default")
    assert (await colleague.create()).status == 201


async def test_gb_25_without_a_directory_any_assignee_is_good(api: Api) -> None:
    assert (await api.get(await api.made(assignee="whoever")))["assignee"] == {
        "user_id": "whoever",
        "name": None,
        "avatar_url": None,
    }


async def test_gb_25_with_a_directory_others_are_unknown(api: Api, colleague: Api, services: Services) -> None:
    before = await api.made(assignee="whoever")
    administration = Administration(services.database, services.clock, "tester")
    await administration.set_directory("default", has_directory=True)
    for answer in (await api.create(assignee="whoever"), await api.patch(await api.made(), assignee="whoever")):
        assert (answer.status, answer.body) == (
            400,
            {"error": "unknown_assignee", "message": "There is no user whoever"},
        )
    assert (await api.patch(before, assignee="whoever", title="new")).body["updated_fields"] == ["title"]
    by_name = await api.get(await api.made(assignee="jane smith"))
    assert by_name["assignee"] == {"user_id": "user456", "name": "Jane Smith", "avatar_url": None}
    assert (await api.page(assignee="user456")).body["total"] == 1


async def test_gb_25_a_directory_holds_from_the_next_task_on(api: Api, services: Services) -> None:
    administration = Administration(services.database, services.clock, "tester")
    for _ in range(2):  # that there is none is known the second time
        task_id = await api.made(assignee="anyone")
        await administration.set_directory("default", has_directory=True)
        for answer in (await api.create(assignee="anyone"), await api.patch(task_id, assignee="another")):
            assert (answer.status, answer.code) == (400, "unknown_assignee")
        assert (await api.page()).body["total"] == 1
        await administration.set_directory("default", has_directory=False)
        assert (await api.send("DELETE", f"/tasks/{task_id}")).status == 200
