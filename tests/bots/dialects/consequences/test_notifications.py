"""General Bots: who is told what, in the app and by e-mail."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.dialects.general_bots.notifications import MOST_IDS
from tasktalk.runtime.tasks import notifications
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.conftest import PASSWORD, House

ALL: dict[str, Any] = {
    "events": ["task_assigned", "task_completed", "task_overdue", "comment_added"],
    "channels": ["email", "in_app"],
    "recipients": ["assignee", "watchers"],
}
IN_2_HOURS = "2024-01-15T12:00:00Z"


async def comment(house: House, api: Api, task_id: str, text: str, mentions: list[str]) -> None:
    answer = await api.send("POST", f"/tasks/{task_id}/comments", {"text": text, "mentions": mentions})
    assert answer.status == 201, answer
    await house.settle()


async def test_gb_101_a_setting_has_the_documented_words(ana: Api) -> None:
    assert (await ana.send("PUT", "/tasks/notifications", ALL)).body == ALL


@pytest.mark.parametrize(
    ("field", "code"),
    [("events", "invalid_events"), ("channels", "invalid_channels"), ("recipients", "invalid_recipients")],
)
@pytest.mark.parametrize("value", [None, "email", 7, {}, [7], [None], ["sms"], [["email"]], ["email", "x" * 9999]])
async def test_gb_101_anything_else_is_refused(ana: Api, field: str, code: str, value: object) -> None:
    answer = await ana.send("PUT", "/tasks/notifications", {**ALL, field: value})
    assert (answer.status, answer.code) == (400, code)
    assert all(word in answer.body["message"] for word in ALL[field])
    assert (await ana.send("GET", "/tasks/notifications")).body["channels"] == ["in_app"]


async def test_gb_101_a_field_that_nobody_knows_is_refused(ana: Api) -> None:
    answer = await ana.send("PUT", "/tasks/notifications", {**ALL, "sound": True})
    assert (answer.status, answer.code) == (400, "unknown_field")


async def test_gb_102_a_user_gets_back_what_they_set(ana: Api, jane: Api) -> None:
    setting = {"events": ["task_overdue"], "channels": [], "recipients": ["watchers"]}
    for sent in (ALL, setting, setting):
        assert (await ana.send("PUT", "/tasks/notifications", sent)).body == sent
    assert (await ana.send("GET", "/tasks/notifications")).body == setting
    assert (await jane.send("GET", "/tasks/notifications")).body == {**ALL, "channels": ["in_app"]}


async def test_gb_103_each_event_is_told_once_to_each_on_each_channel(house: House, ana: Api, jane: Api) -> None:
    await jane.send("PUT", "/tasks/notifications", ALL)
    task_id = await ana.made(assignee="jane")
    await jane.send("POST", f"/tasks/{task_id}/watchers")
    await ana.complete(task_id)
    await house.settle()
    assert await house.inbox(jane) == [("task_assigned", "Call Ana"), ("task_completed", "Call Ana")]
    assert house.mails.told == [
        ("jane@example.com", "Ana assigned to you: Call Ana"),
        ("jane@example.com", "Ana completed: Call Ana"),
    ]
    assert await house.rows("parcel") == []


async def test_gb_103_overdue_is_told_once_for_each_due_date_also_after_a_downtime(
    house: House, ana: Api, jane: Api
) -> None:
    task_id = await ana.made(assignee="jane", due_date=IN_2_HOURS)
    await house.close()
    house.clock.advance(timedelta(days=2))
    await house.open()
    jane = await house.person("jane")
    ana = await house.person("ana")
    await house.settle()
    await house.pass_time(days=1)
    assert [event for event, _ in await house.inbox(jane)] == ["task_assigned", "task_overdue"]
    await ana.patch(task_id, due_date="2024-01-20T12:00:00Z")
    await house.pass_time(days=5)
    assert [event for event, _ in await house.inbox(jane)] == ["task_assigned", "task_overdue", "task_overdue"]


async def test_gb_103_watchers_are_told_and_makers_are_not(house: House, ana: Api, jane: Api) -> None:
    task_id = await ana.made(due_date=IN_2_HOURS)
    await jane.send("POST", f"/tasks/{task_id}/watchers")
    await house.pass_time(hours=3)
    assert [event for event, _ in await house.inbox(jane)] == ["task_overdue"]
    assert await house.inbox(ana) == []
    await jane.send("DELETE", f"/tasks/{task_id}/watchers")
    await ana.complete(task_id)
    await house.settle()
    assert [event for event, _ in await house.inbox(jane)] == ["task_overdue"]


async def test_gb_103_nobody_lets_somebody_else_watch(house: House, ana: Api, jane: Api) -> None:
    path = f"/tasks/{await ana.made()}/watchers"
    answer = await ana.send("POST", path, {"user_id": "jane"})
    assert (answer.status, answer.code) == (400, "unknown_field")
    assert answer.body["message"] == "There is no field user_id: one watches for oneself alone"
    assert (await ana.send("GET", path)).body["watchers"] == []
    assert (await ana.send("POST", path, {})).body["watching"] is True


@pytest.mark.parametrize("off", [{"events": ["task_overdue"]}, {"recipients": ["watchers"]}, {"channels": []}])
async def test_gb_103_who_wants_no_such_thing_is_not_told(house: House, ana: Api, jane: Api, off: Any) -> None:
    await jane.send("PUT", "/tasks/notifications", {**ALL, **off})
    await ana.made(assignee="jane")
    await house.settle()
    assert await house.rows("notification") == []


async def test_gb_104_the_new_assignee_alone_is_told_of_being_assigned(house: House, ana: Api, jane: Api) -> None:
    kim = await house.person("kim")
    task_id = await ana.made(assignee="kim")
    await kim.send("POST", f"/tasks/{task_id}/watchers")
    await ana.patch(task_id, assignee="jane")
    await house.settle()
    assert await house.inbox(kim) == [("task_assigned", "Call Ana")]
    assert await house.inbox(jane) == [("task_assigned", "Call Ana")]


async def test_gb_104_nobody_is_told_of_what_they_did(house: House, ana: Api) -> None:
    task_id = await ana.made(assignee="ana")
    await ana.send("POST", f"/tasks/{task_id}/watchers")
    await ana.complete(task_id)
    await house.settle()
    assert await house.inbox(ana) == []


async def test_gb_104_an_assignee_may_be_named_by_an_address_or_be_nobody(house: House, ana: Api, jane: Api) -> None:
    await ana.made(assignee="JANE@example.com")
    await ana.made(assignee="nobody-here")
    await house.settle()
    assert [row["recipient"] for row in await house.rows("notification")] == ["jane"]


async def test_gb_72_each_mentioned_user_gets_one_notification(house: House, ana: Api, jane: Api) -> None:
    await jane.send("PUT", "/tasks/notifications", {"events": [], "channels": [], "recipients": []})
    await house.person("kim")
    task_id = await ana.made(assignee="kim")
    await comment(house, ana, task_id, "Look, @jane!", ["jane", "jane", "ana", "ghost", "kim"])
    answer = await jane.send("GET", "/tasks/notifications/inbox")
    [told] = answer.body["notifications"]
    assert (told["event"], told["task_id"], told["comment"]) == ("comment_added", task_id, "Look, @jane!")
    told_of = [(row["recipient"], row["kind"]) for row in await house.rows("notification")]
    assert sorted(told_of) == [("jane", "comment_added"), ("kim", "comment_added"), ("kim", "task_assigned")]


async def test_gb_72_gb_74_a_comment_is_told_once_to_whoever_it_mentions_and_to_webhooks(
    house: House, ana: Api, jane: Api
) -> None:
    for events in (["comment_added"], ["task_updated"]):
        await ana.send("POST", "/webhooks", {"url": house.hook_url, "events": events})
    task_id = await ana.made(assignee="jane")
    await house.settle()
    await jane.send("POST", f"/tasks/{task_id}/watchers")
    await comment(house, ana, task_id, "Look, @jane!", ["jane"])
    assert await house.inbox(jane) == [("task_assigned", "Call Ana"), ("comment_added", "Call Ana")]
    assert await house.inbox(ana) == []
    [call] = house.receiver.bodies
    assert (call["type"], call["data"]["task_id"], call["data"]["actor"]) == ("comment_added", task_id, "ana")
    said = {name: change["after"] for name, change in call["data"]["changes"].items()}
    assert (said["text"], said["author"], said["mentions"]) == ("Look, @jane!", "ana", ["jane"])


async def test_gb_10_nobody_is_told_of_another_organisations_tasks(house: House, ana: Api, eve: Api) -> None:
    await ana.made(assignee="eve")
    task_id = await ana.made()
    await comment(house, ana, task_id, "Look!", ["eve"])
    for method in ("GET", "POST", "DELETE"):
        answer = await eve.send(method, f"/tasks/{task_id}/watchers")
        assert (answer.status, answer.code) == (404, "task_not_found")
    await house.settle()
    assert await house.rows("notification") == []
    assert await house.rows("watcher") == []


async def test_watching_twice_is_watching_once(house: House, ana: Api, jane: Api) -> None:
    task_id = await ana.made()
    for _ in range(2):
        answer = await jane.send("POST", f"/tasks/{task_id}/watchers")
        assert answer.body == {"task_id": task_id, "user_id": "jane", "watching": True}
    listed = await ana.send("GET", f"/tasks/{task_id}/watchers")
    assert listed.body == {
        "watchers": [{"user_id": "jane", "name": "Jane", "watching_since": "2024-01-15T10:00:00Z"}],
        "total": 1,
    }
    for _ in range(2):
        answer = await jane.send("DELETE", f"/tasks/{task_id}/watchers")
        assert answer.body == {"task_id": task_id, "user_id": "jane", "watching": False}
    kinds = [row["kind"] for row in await house.rows("event")]
    assert (kinds.count("watcher_added"), kinds.count("watcher_removed")) == (1, 1)


async def test_nobody_watches_what_is_gone(house: House, ana: Api, jane: Api) -> None:
    task_id = await ana.made()
    await jane.send("POST", f"/tasks/{task_id}/watchers")
    await ana.send("DELETE", f"/tasks/{task_id}")
    await house.settle()
    assert await house.rows("watcher") == []


async def test_what_was_read_is_not_counted_as_unread(house: House, ana: Api, jane: Api) -> None:
    for title in ("one", "two", "three"):
        await ana.made(title=title, assignee="jane")
    await house.settle()
    page = (await jane.send("GET", "/tasks/notifications/inbox", params={"limit": "2"})).body
    assert (page["unread"], page["total"], page["page"], page["limit"]) == (3, 3, 1, 2)
    assert [row["title"] for row in page["notifications"]] == ["three", "two"]
    first = page["notifications"][0]
    assert first == {
        "notification_id": first["notification_id"],
        "event": "task_assigned",
        "task_id": first["task_id"],
        "title": "three",
        "message": "Ana assigned to you: three",
        "comment": None,
        "actor": "ana",
        "created_at": "2024-01-15T10:00:00Z",
        "read": False,
        "read_at": None,
    }
    ids = [first["notification_id"]]
    for count in (1, 0):
        assert (await jane.send("POST", "/tasks/notifications/read", {"ids": ids})).body == {"read": count}
    assert await house.inbox(jane, unread="true") == [("task_assigned", "one"), ("task_assigned", "two")]
    assert (await jane.send("POST", "/tasks/notifications/read", {"all": True})).body == {"read": 2}
    page = (await jane.send("GET", "/tasks/notifications/inbox", params={"page": "9"})).body
    assert (page["unread"], page["total"], page["notifications"]) == (0, 3, [])


async def test_x_17_everything_is_marked_as_read_once_under_a_key(
    house: House, ana: Api, jane: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_PAGE", 2)
    for title in ("one", "two", "three"):
        await ana.made(title=title, assignee="jane")
    await house.settle()
    for _ in range(2):
        answer = await jane.send(
            "POST", "/tasks/notifications/read", {"all": True}, headers={"Idempotency-Key": "all of them"}
        )
        assert answer.body == {"read": 3}
    assert await house.inbox(jane, unread="true") == []


async def test_nobody_marks_what_others_were_told(house: House, ana: Api, jane: Api) -> None:
    await ana.made(assignee="jane")
    await house.settle()
    [row] = await house.rows("notification")
    answer = await ana.send("POST", "/tasks/notifications/read", {"ids": [row["id"]]})
    assert (answer.status, answer.code) == (404, "notification_not_found")
    assert (await house.rows("notification"))[0]["read_at"] is None


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"all": False}, {"all": "yes"}, {"ids": []}, {"ids": "x"}, {"ids": [7]}, {"ids": ["x"], "all": True}),
        {"ids": ["x"] * (MOST_IDS + 1)},
    ],
)
async def test_what_marks_nothing_is_refused(ana: Api, body: dict[str, Any]) -> None:
    answer = await ana.send("POST", "/tasks/notifications/read", body)
    assert (answer.status, answer.code) == (400, "invalid_ids")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"unread": "maybe"}, "invalid_unread"),
        ({"page": "0"}, "invalid_page"),
        ({"limit": "x"}, "invalid_limit"),
    ],
)
async def test_a_wrong_page_is_refused(ana: Api, query: dict[str, str], code: str) -> None:
    answer = await ana.send("GET", "/tasks/notifications/inbox", params=query)
    assert (answer.status, answer.code) == (400, code)


async def test_a_mail_that_fails_is_tried_again_as_the_same_mail(house: House, ana: Api, jane: Api) -> None:
    await jane.send("PUT", "/tasks/notifications", {**ALL, "channels": ["email"]})
    house.mails.to_data = ["451 later", "451 later"]
    await ana.made(assignee="jane", title="Call\nBo")
    await house.pass_time(minutes=1)
    [mail] = house.mails.mails
    [row] = await house.rows("notification")
    assert mail["Message-ID"] == f"<{row['id']}@example.com>"
    assert (mail["From"], mail["Subject"]) == ("bot@example.com", "Ana assigned to you: Call Bo")
    assert mail["Date"] == "Mon, 15 Jan 2024 10:00:00 +0000"
    assert "Hello Jane,\n\nAna assigned to you: Call\nBo." in str(mail.get_payload())
    assert await house.rows("parcel") == []


async def test_a_mail_that_is_refused_for_good_keeps_no_other_back(house: House, ana: Api, jane: Api) -> None:
    await jane.send("PUT", "/tasks/notifications", {**ALL, "channels": ["email"]})
    house.mails.to_address = ["550 no such user"]
    await ana.made(assignee="jane", title="one")
    await ana.made(assignee="jane", title="two")
    await house.settle()
    assert house.mails.told == [("jane@example.com", "Ana assigned to you: two")]
    [dead] = await house.rows("parcel")
    refused = "127.0.0.1 refuses the address: 550 no such user"
    assert (dead["status"], dead["attempts"], dead["error"]) == ("dead", 1, refused)


async def test_the_mail_servers_password_is_in_no_log(
    house: House, ana: Api, jane: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await jane.send("PUT", "/tasks/notifications", ALL)
    house.mails.to_data = ["535 who are you"]
    await ana.made(assignee="jane")
    await house.pass_time(minutes=1)
    assert len(house.mails.logins) == 2
    assert len(house.mails.mails) == 1
    assert "is tried again" in caplog.text
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(house.hosting)
