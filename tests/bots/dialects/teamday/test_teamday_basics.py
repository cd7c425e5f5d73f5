"""TeamDay: tasks made, read, listed, changed and deleted (TD-01 to TD-63)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.runtime.administration import Administration
from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import Api, Client
from tests.bots.dialects.teamday.conftest import AT, Day, changes, day_of, kinds, told

NO_TITLE = (400, "Missing required field: title")
NO_STATUS = (400, "Invalid status. Must be: pending, in_progress, completed, cancelled")
NO_PRIORITY = (400, "Invalid priority. Must be: low, medium, high, urgent")
NO_TYPE = (400, "Invalid assigneeType. Must be: agent, user")
NOT_THERE = (404, "Task not found")
MINIMAL = {
    "title": "Call Ana",
    "description": "",
    "status": "pending",
    "priority": "medium",
    "assigneeType": "user",
    "organizationId": "default",
    "createdBy": "user_789",
    "createdAt": AT,
    "updatedAt": AT,
    "metadata": {},
}
WHOLE: dict[str, Any] = {
    "title": "Analyze",
    "description": "All of it",
    "status": "in_progress",
    "priority": "high",
    "assignedTo": "agent_xyz789",
    "assigneeType": "agent",
    "spaceId": "space_456",
    "dueDate": "2025-12-10T17:00:00Z",
    "metadata": {"tags": ["sales", "q4"], "source": "api"},
}


async def test_td_01_and_25_and_28_to_31_and_35_a_title_is_enough(day: Day) -> None:
    answer = await day.send("POST", "/tasks", {"title": "Call Ana"})
    assert answer.status == 201
    assert answer.body == {"id": answer.body["id"], **MINIMAL}


async def test_td_06_and_11_and_12_and_61_a_task_is_read_as_it_was_made(day: Day) -> None:
    made = await day.made(**WHOLE)
    assert made["id"].startswith("task_")
    shown = {"id": made["id"], **MINIMAL, **WHOLE}
    assert made == shown
    assert await day.get(made["id"]) == shown
    assert await day.listed() == [shown]


@pytest.mark.parametrize("prefix", ["td_", "tt_", "abc_"])
async def test_td_02_any_good_token_is_taken(services: Services, client: Client, prefix: str) -> None:
    user = await services.accounts.create_user("Bo")
    secret, _ = await services.accounts.create_token(user, "t", prefix=prefix)
    assert secret.startswith(prefix)
    assert (await Day(client, secret).page()).status == 200


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer td_no", "Basic td_x", "td_x", "Bearer ", "Bearer td_" + "x" * 5000]
)
async def test_td_03_without_a_good_token_nothing_is_answered(day: Day, client: Client, header: str | None) -> None:
    nobody = Day(client, None, headers={} if header is None else {"Authorization": header})
    for answer in [await nobody.page(), await nobody.create(), await nobody.send("DELETE", "/tasks/task_x")]:
        assert answer.status == 401
        assert answer.body == {
            "error": True,
            "statusCode": 401,
            "statusMessage": "Unauthorized",
            "message": "Invalid or expired token",
        }
    assert await day.listed() == []


async def test_td_03_a_token_that_has_expired_is_none(services: Services, client: Client, clock: VirtualClock) -> None:
    user = await services.accounts.create_user("Bo")
    secret, _ = await services.accounts.create_token(user, "t", expires_in=timedelta(hours=1), prefix="td_")
    assert (await Day(client, secret).page()).status == 200
    clock.advance(timedelta(hours=1))
    assert told(await Day(client, secret).page()) == (401, "Invalid or expired token")


@pytest.mark.parametrize(
    "field", ["status", "priority", "assignedTo", "assigneeType", "spaceId", "dueDate", "metadata"]
)
async def test_td_10_null_is_as_good_as_not_sent(day: Day, field: str) -> None:
    made = await day.made(**{field: None, "description": None})
    assert made == {"id": made["id"], **MINIMAL}


async def test_td_10_null_takes_away_what_was_set(day: Day) -> None:
    made = await day.made(**WHOLE)
    optional = ("description", "assignedTo", "assigneeType", "spaceId", "dueDate", "metadata")
    after = await day.patched(made["id"], **dict.fromkeys(optional))
    left = {"title": "Analyze", "status": "in_progress", "priority": "high"}
    assert after == {"id": made["id"], **MINIMAL, **left}


async def test_td_13_an_empty_list_is_an_empty_array(day: Day) -> None:
    assert await day.listed() == []


async def test_td_14_to_17_and_20_filters(day: Day) -> None:
    await day.made(title="a", status="pending", assignedTo="user_1", spaceId="s", priority="low")
    await day.made(title="b", status="in_progress", assignedTo="agent_x", assigneeType="agent", spaceId="s")
    await day.made(title="c", status="in_progress", assignedTo="user_1", spaceId="t", priority="low")
    assert await day.titles(status="in_progress") == ["c", "b"]
    assert await day.titles(assignedTo="user_1") == ["c", "a"]
    assert await day.titles(assignedTo="agent_x") == ["b"]
    assert await day.titles(spaceId="s") == ["b", "a"]
    assert await day.titles(priority="low") == ["c", "a"]
    assert await day.titles(status="in_progress", spaceId="s", priority="medium") == ["b"]
    assert await day.titles(status="pending", spaceId="t") == []
    assert await day.titles(assignedTo="", spaceId="") == ["c", "b", "a"]
    assert await day.titles(spaceId="S") == []


async def test_td_14_a_finer_status_is_found_by_the_word_that_is_shown(day: Day, native: Api) -> None:
    made = await day.made()
    assert (await native.send("PATCH", f"/tasks/{made['id']}", {"status": "in_progress"})).status == 200
    assert await day.titles(status="in_progress") == ["Call Ana"]
    assert await day.titles(status="pending") == []


async def test_td_18_and_19_limits(day: Day, services: Services) -> None:
    for number in range(102):
        await day.made(title=str(number))
    assert len(await day.titles()) == 50
    assert await day.titles(limit=2) == ["101", "100"]
    for much in (100, 101, 10**17):
        assert len(await day.titles(limit=much)) == 100


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "", "1.5", "٣", "9" * 30])
async def test_td_19_a_limit_that_is_none(day: Day, limit: str) -> None:
    assert told(await day.page(limit=limit))[0] == 400


async def test_td_21_unknown_words_in_a_filter(day: Day) -> None:
    for word in ("done", "", "Pending", "failed"):
        assert told(await day.page(status=word)) == NO_STATUS
    for word in ("critical", "", "HIGH"):
        assert told(await day.page(priority=word)) == NO_PRIORITY


async def test_td_22_the_newest_come_first(day: Day, clock: VirtualClock) -> None:
    for title in ("first", "second", "third"):
        await day.made(title=title, dueDate="2026-01-01" if title == "second" else None)
        clock.advance(timedelta(seconds=1))
    assert await day.titles() == ["third", "second", "first"]


async def test_td_23_and_62_another_organisation_sees_nothing(day: Day, stranger: Day) -> None:
    made = await day.made()
    assert await stranger.titles() == []
    asked = [
        await stranger.send("GET", f"/tasks/{made['id']}"),
        await stranger.patch(made["id"], title="Mine"),
        await stranger.claim(made["id"]),
        await stranger.send("DELETE", f"/tasks/{made['id']}"),
        await day.send("GET", "/tasks/task_none"),
        await day.send("GET", "/tasks/%00"),
        await day.patch("task_none", status="nothing of the kind"),
        await day.send("DELETE", "/tasks/none"),
    ]
    assert {told(answer) for answer in asked} == {NOT_THERE}
    assert len({str(answer.body) for answer in asked}) == 1
    assert await day.get(made["id"]) == made


async def test_td_24_unknown_parameters_are_passed_over(day: Day) -> None:
    await day.made()
    assert await day.titles(page=2, sort="x", status_="y", offset="z") == ["Call Ana"]


@pytest.mark.parametrize("title", [None, "", "  \n", 5, ["x"], {}, False])
async def test_td_26_a_title_is_needed(day: Day, title: Any) -> None:
    made = await day.made()
    for answer in (await day.create(title=title), await day.patch(made["id"], title=title)):
        assert answer.body == {
            "error": True,
            "statusCode": 400,
            "statusMessage": "Bad Request",
            "message": "Missing required field: title",
        }
    assert told(await day.send("POST", "/tasks", {"description": "x"})) == NO_TITLE
    assert await day.titles() == ["Call Ana"]


async def test_td_27_a_title_has_200_characters(day: Day, native: Api) -> None:
    for longest in ("x" * 200, "🙂" * 200):
        assert (await day.made(title=longest))["title"] == longest
        assert told(await day.create(title=longest + "x"))[0] == 400
    elsewhere = await native.made(title="y" * 300)
    shown = await day.get(elsewhere)
    assert shown["title"] == "y" * 200
    assert await day.patched(elsewhere, title=shown["title"]) == shown
    assert (await native.get(elsewhere))["title"] == "y" * 300


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("2026-01-01T01:00:00+02:00", "2025-12-31T23:00:00Z"),
        ("2026-01-01T00:00:00.123Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01", "2026-01-01T00:00:00Z"),
    ],
)
async def test_td_33_a_due_date_may_have_passed(day: Day, written: str, shown: str) -> None:
    made = await day.made(dueDate=written)
    assert made["dueDate"] == shown
    assert (await day.patched(made["id"], dueDate="2019-01-01T00:00:00Z"))["dueDate"] == "2019-01-01T00:00:00Z"


@pytest.mark.parametrize("written", ["tomorrow", "", 5, [], "2025-13-01", "2025-12-10T25:00:00Z", True])
async def test_td_33_what_is_no_date(day: Day, written: Any) -> None:
    assert told(await day.create(dueDate=written))[0] == 400
    made = await day.made()
    assert told(await day.patch(made["id"], dueDate=written))[0] == 400
    assert await day.get(made["id"]) == made


@pytest.mark.parametrize("metadata", ["x", 5, [], [{}], True])
async def test_td_34_metadata_is_an_object(day: Day, metadata: Any) -> None:
    assert told(await day.create(metadata=metadata)) == (400, "Metadata must be a record (a JSON object)")


async def test_td_36_and_63_what_is_made_completed_is_completed_now(day: Day) -> None:
    made = await day.made(status="completed", completedAt="2020-01-01T00:00:00Z")
    assert (made["status"], made["completedAt"]) == ("completed", AT)
    assert "completedAt" not in await day.made(completedAt="2020-01-01T00:00:00Z")


ODD: list[Any] = ["", 5, [], {}, True]
WRONG_WORDS: list[tuple[str, Any, tuple[int, str]]] = [
    *(("status", word, NO_STATUS) for word in ("done", "COMPLETED", "failed", *ODD)),
    *(("priority", word, NO_PRIORITY) for word in ("critical", "High", *ODD)),
    *(("assigneeType", word, NO_TYPE) for word in ("bot", "Agent", *ODD)),
]


@pytest.mark.parametrize(("field", "wrong", "answer"), WRONG_WORDS)
async def test_td_07_to_09_and_38_to_40_unknown_words(
    day: Day, field: str, wrong: Any, answer: tuple[int, str]
) -> None:
    assert told(await day.create(**{field: wrong})) == answer
    made = await day.made(**WHOLE)
    assert told(await day.patch(made["id"], **{field: wrong, "title": "Not this"})) == answer
    assert await day.get(made["id"]) == made


@pytest.mark.parametrize("field", ["status", "priority"])
async def test_td_39_and_40_a_task_cannot_do_without(day: Day, field: str) -> None:
    made = await day.made()
    assert told(await day.patch(made["id"], **{field: None}))[0] == 400


async def test_td_32_and_51_ids_are_taken_as_they_are(day: Day) -> None:
    given = {"assignedTo": "user_manager456", "assigneeType": "agent", "spaceId": "anything at all"}
    made = await day.made(**given)
    assert {name: made[name] for name in given} == given
    wrongs: list[Any] = ["", " ", "x" * 256, 5, [], "a\0"]
    for wrong in wrongs:
        assert told(await day.create(assignedTo=wrong))[0] == 400
        assert told(await day.create(spaceId=wrong))[0] == 400


async def test_td_51_a_bot_is_an_agent_of_its_name(day: Day, native: Api) -> None:
    made = await day.made(assignedTo="agent_support")
    assert (made["assignedTo"], made["assigneeType"]) == ("agent_support", "agent")
    assert (await native.get(made["id"]))["assignee"]["user_id"] == "support"
    other = await day.made(title="other", assignedTo="support", assigneeType="user")
    assert (other["assignedTo"], other["assigneeType"]) == ("agent_support", "user")
    assert await day.titles(assignedTo="agent_support") == await day.titles(assignedTo="support")
    assert await day.titles(assignedTo="agent_support") == ["other", "Call Ana"]
    unknown = await day.made(assignedTo="agent_nobody")
    assert (unknown["assignedTo"], unknown["assigneeType"]) == ("agent_nobody", "user")


async def test_td_51_what_was_said_of_one_assignee_is_not_said_of_the_next(day: Day, native: Api) -> None:
    made = await day.made(assignedTo="agent_x", assigneeType="agent")
    assert (await day.patched(made["id"], assignedTo="agent_y", assigneeType="agent"))["assigneeType"] == "agent"
    assert (await day.patched(made["id"], assignedTo="user_1"))["assigneeType"] == "user"
    assert (await day.patched(made["id"], assigneeType="agent"))["assigneeType"] == "agent"
    assert (await native.patch(made["id"], assignee="user_2")).status == 200
    assert (await day.get(made["id"]))["assigneeType"] == "user"
    assert (await day.patched(made["id"], assignedTo="agent_support", assigneeType="user"))["assigneeType"] == "user"


async def test_td_51_no_directory_refuses_an_agent(day: Day, services: Services, clock: VirtualClock) -> None:
    await Administration(services.database, clock, "test").set_directory("default", has_directory=True)
    for given in [{"assignedTo": "agent_xyz"}, {"assignedTo": "x", "assigneeType": "agent"}]:
        made = await day.made(**given)
        assert made["assignedTo"] == given["assignedTo"]
        assert (await day.patched(made["id"], assignedTo="agent_other"))["assignedTo"] == "agent_other"
        assert told(await day.patch(made["id"], assignedTo="user_nobody")) == (400, "There is no user user_nobody")
    assert (await day.made(assignedTo="Ana"))["assignedTo"] == "user_789"


async def test_td_59_updating_answers_the_whole_task(day: Day, clock: VirtualClock, services: Services) -> None:
    made = await day.made()
    clock.advance(timedelta(minutes=1))
    asked = {"title": "New", "description": "d", "status": "in_progress", "priority": "urgent", "assignedTo": "user_1"}
    after = await day.patched(made["id"], **asked)
    assert after == {**made, **asked, "updatedAt": "2025-12-09T09:01:00Z"}
    assert await day.get(made["id"]) == after
    assert await kinds(services) == ["task_created", "task_updated"]


async def test_td_59_what_was_read_can_be_written_back(day: Day, services: Services, clock: VirtualClock) -> None:
    made = await day.made(**{**WHOLE, "assignedTo": "agent_support"})
    clock.advance(timedelta(minutes=1))
    assert await day.patched(made["id"], **made) == made
    assert await kinds(services) == ["task_created"]


async def test_td_60_deleting_answers_the_id(day: Day) -> None:
    made = await day.made()
    answer = await day.send("DELETE", f"/tasks/{made['id']}")
    assert (answer.status, answer.body) == (200, {"id": made["id"], "deleted": True})
    assert told(await day.send("DELETE", f"/tasks/{made['id']}")) == NOT_THERE
    assert await day.titles() == []


async def test_x_10_each_spelling_of_an_id_is_understood(day: Day) -> None:
    made = await day.made()
    bare = made["id"].removeprefix("task_")
    for spelled in (bare, f"tsk_{bare}", bare.upper()):
        assert await day.get(spelled) == made


async def test_td_37_a_clients_own_id_is_a_key(day: Day, colleague: Day, clock: VirtualClock) -> None:
    body = {"id": "task_1765270800000", "title": "Call Ana", "priority": "medium", "status": "pending"}
    first = await day.send("POST", "/tasks", body)
    again = await day.send("POST", "/tasks", body)
    assert first.body["id"] != body["id"]
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert told(await day.send("POST", "/tasks", {**body, "title": "Other"}))[0] == 422
    assert (await colleague.send("POST", "/tasks", body)).body["id"] != first.body["id"]
    clock.advance(timedelta(hours=24))
    assert (await day.send("POST", "/tasks", body)).body["id"] != first.body["id"]
    assert len(await day.titles()) == 3


async def test_td_37_several_at_once_make_one_task(day: Day) -> None:
    body = {"id": "task_1", "title": "Call Ana"}
    answers = await asyncio.gather(*(day.send("POST", "/tasks", body) for _ in range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert len(await day.titles()) == 1


async def test_td_37_what_was_refused_made_nothing_under_the_id(day: Day) -> None:
    assert told(await day.create(id="task_1", status="done")) == NO_STATUS
    assert (await day.create(id="task_1")).status == 201


@pytest.mark.parametrize("own", [None, 5, "", " ", [], {"a": 1}])
async def test_td_37_what_is_no_id_is_passed_over(day: Day, own: Any) -> None:
    for _ in range(2):
        await day.made(id=own)
    assert len(await day.titles()) == 2


async def test_td_37_another_token_of_the_same_user_has_ids_of_its_own(
    day: Day, services: Services, client: Client
) -> None:
    user = await services.accounts.user("Ana")
    assert user is not None
    other = Day(client, (await services.accounts.create_token(user, "u", prefix="td_"))[0])
    assert (await day.made(id="task_1"))["id"] != (await other.made(id="task_1"))["id"]


async def test_x_17_a_key_in_the_header_comes_before_an_id_of_ones_own(day: Day) -> None:
    first = await day.send("POST", "/tasks", {"title": "a", "id": "task_1"}, headers={"Idempotency-Key": "k1"})
    other = await day.send("POST", "/tasks", {"title": "a", "id": "task_1"}, headers={"Idempotency-Key": "k2"})
    again = await day.send("POST", "/tasks", {"title": "a", "id": "task_1"}, headers={"Idempotency-Key": "k1"})
    assert first.body["id"] != other.body["id"]
    assert again.body == first.body


async def test_x_18_a_stale_version_is_refused(day: Day, native: Api) -> None:
    made = await day.made()
    tag = (await day.send("GET", f"/tasks/{made['id']}")).headers["ETag"]
    old = {"If-Match": tag}
    assert (await native.patch(made["id"], description="other")).status == 200
    for method, path, body in [("PATCH", "", {"title": "x"}), ("DELETE", "", None), ("POST", "/claim", None)]:
        answer = await day.send(method, f"/tasks/{made['id']}{path}", body, headers=old)
        assert told(answer)[0] == 412
    assert (await day.send("GET", f"/tasks/{made['id']}", headers={"If-None-Match": tag})).status == 200
    newest = (await day.patch(made["id"], title="y")).headers["ETag"]
    assert (await day.send("DELETE", f"/tasks/{made['id']}", headers={"If-Match": newest})).status == 200


async def test_x_20_each_change_is_one_event_of_whom_and_whence(day: Day, services: Services) -> None:
    made = await day.made()
    await day.patched(made["id"], priority="high", spaceId="s")
    assert await changes(services, "task_updated") == [
        {
            "priority": ["medium", "high"],
            "space_id": [None, "s"],
            "due_at": ["2025-12-16T09:00:00Z", "2025-12-11T09:00:00Z"],
        }
    ]


async def test_onlookers_change_nothing_and_agents_only_what_is_theirs(day: Day, onlooker: Day, agent: Day) -> None:
    made = await day.made()
    assert await onlooker.titles() == ["Call Ana"]
    for who in (onlooker, agent):
        assert told(await who.patch(made["id"], title="x"))[0] == 403
        assert told(await who.send("DELETE", f"/tasks/{made['id']}"))[0] == 403
    assert told(await onlooker.create())[0] == 403
    assert told(await onlooker.claim(made["id"]))[0] == 403
    assert await day.get(made["id"]) == made


async def test_two_organisations_may_have_the_same_space(
    day: Day, stranger: Day, client: Client, services: Services
) -> None:
    await day.made(spaceId="s", title="ours")
    await stranger.made(spaceId="s", title="theirs")
    assert await day.titles(spaceId="s") == ["ours"]
    third = await day_of(client, services, "Kim", "third")
    assert await third.titles(spaceId="s") == []
