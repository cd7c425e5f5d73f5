"""General Bots: signed calls that tell other programs what happens to tasks."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tasktalk.bots.outside.hooks import headers
from tasktalk.runtime.attempts import ATTEMPTS
from tasktalk.runtime.ports import HookCall
from tasktalk.runtime.tasks.events import TASK_EVENTS
from tasktalk.runtime.tasks.webhooks import MOST_WEBHOOKS
from tests.bots.dialects.conftest import Answer, Api
from tests.bots.dialects.consequences.conftest import House

WRONG: list[Any] = ["x", None, 7, [], {}]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


async def subscribe(house: House, api: Api, *events: str, url: str | None = None) -> Answer:
    body = {"url": url or house.hook_url, "events": list(events or TASK_EVENTS)}
    return await api.send("POST", "/webhooks", body)


async def test_a_subscription_is_shown_without_its_secret_but_once(house: House, ana: Api, jane: Api) -> None:
    made = (await subscribe(house, ana, "task_completed", "task_completed")).body
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made == {
        "webhook_id": made["webhook_id"],
        "url": house.hook_url,
        "events": ["task_completed"],
        "created_by": "ana",
        "created_at": "2024-01-15T10:00:00Z",
    }
    assert made["webhook_id"].startswith("whk_")
    listed = await jane.send("GET", "/webhooks")
    assert listed.body == {"webhooks": [made], "total": 1}
    assert secret not in json.dumps([row["changes"] for row in await house.rows("event")])


async def test_a_call_is_signed_as_standard_webhooks_says(house: House, ana: Api) -> None:
    secret = (await subscribe(house, ana)).body["secret"]
    task_id = await ana.made(priority="critical")
    await house.settle()
    [(sent, body)] = house.receiver.calls
    at = datetime.fromtimestamp(int(sent["webhook-timestamp"]), UTC)
    assert at == house.clock.now()
    assert sent["webhook-signature"] == Webhook(secret).sign(sent["webhook-id"], at, body)
    told = json.loads(body)
    assert (told["type"], told["timestamp"]) == ("task_created", "2024-01-15T10:00:00Z")
    assert (told["data"]["task_id"], told["data"]["task"]["priority"]) == (task_id, "urgent")
    assert told["data"]["changes"]["title"] == {"before": None, "after": "Call Ana"}
    assert sent["Content-Type"] == "application/json"


def test_the_other_side_finds_the_signature_right_and_a_changed_body_wrong() -> None:
    call = HookCall("msg_1", "https://example.com", SECRET, datetime.now(UTC), '{"title": "Ação"}')
    assert Webhook(SECRET).verify(call.body, dict(headers(call))) == {"title": "Ação"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(call.body + " ", dict(headers(call)))


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (["task_assigned"], ["task_assigned one", "task_assigned one"]),
        (["task_updated"], ["task_updated one"]),
        (["task_created", "task_deleted"], ["task_created one", "task_deleted None"]),
        (["task_completed", "task_updated"], ["task_updated one", "task_completed one"]),
    ],
)
async def test_only_what_was_asked_for_is_told(house: House, ana: Api, events: list[str], told: list[str]) -> None:
    await subscribe(house, ana, *events)
    task_id = await ana.made(title="one", assignee="jane")
    await house.settle()
    await ana.patch(task_id, assignee="kim")
    await house.settle()
    await ana.complete(task_id)
    await house.settle()
    await ana.send("DELETE", f"/tasks/{task_id}")
    await house.settle()
    assert house.receiver.told == told


async def test_a_call_that_fails_is_tried_again_with_its_id_and_before_what_comes_after(house: House, ana: Api) -> None:
    await subscribe(house, ana)
    house.receiver.statuses = [500, 302, 429]
    task_id = await ana.made(title="one")
    await ana.complete(task_id)
    await house.settle()
    await ana.made(title="two")
    await house.settle()
    await house.pass_time(minutes=5)
    assert house.receiver.refused == 3
    assert [told for told in house.receiver.told if told.endswith("one")] == ["task_created one", "task_completed one"]
    assert house.receiver.told.count("task_created two") == 1
    assert len({sent["webhook-id"] for sent, _ in house.receiver.calls}) == 3
    assert await house.rows("parcel") == []


async def test_what_never_arrives_is_given_up_and_can_be_put_back(house: House, ana: Api) -> None:
    webhook = (await subscribe(house, ana, "task_created")).body
    webhook_id = webhook["webhook_id"]
    house.receiver.statuses = [503] * ATTEMPTS
    house.receiver.words = json.dumps({"error": f"{webhook['secret']} may not call /hooks now"})
    task_id = await ana.made()
    await house.pass_time(days=2)
    [failed] = (await ana.send("GET", f"/webhooks/{webhook_id}/failed")).body["failed"]
    assert (failed["task_id"], failed["attempts"]) == (task_id, ATTEMPTS)
    assert failed["error"] == "127.0.0.1 answered 503: •••••••• may not call •••••••• now"
    assert "parcel_dead" in [row["kind"] for row in await house.rows("event")]
    assert (await ana.send("POST", f"/webhooks/{webhook_id}/retry")).body == {"retried": 1}
    await house.settle()
    assert house.receiver.told == ["task_created Call Ana"]
    assert house.receiver.calls[0][0]["webhook-id"] == failed["message_id"]
    assert (await ana.send("POST", f"/webhooks/{webhook_id}/retry")).body == {"retried": 0}


async def test_calls_that_failed_stand_among_the_deliveries_of_their_organisation(
    house: House, ana: Api, eve: Api
) -> None:
    ids = {}
    for api in (ana, eve):
        await subscribe(house, api, "task_created")
        house.receiver.statuses = [410]
        await api.made()
        await house.settle()
        base, api.base = api.base, "/api/v1"
        [dead] = (await api.send("GET", "/deliveries")).body["deliveries"]
        told = (dead["channel"], dead["contact"], dead["status"], dead["error"])
        assert told == ("task-webhook", "127.0.0.1", "dead", "127.0.0.1 answered 410")
        for query, count in (("channel=task-webhook", 1), ("channel=task-mail", 0), (f"after={dead['id']}", 0)):
            assert len((await api.send("GET", f"/deliveries?{query}")).body["deliveries"]) == count
        ids[api.token], api.base = dead["id"], base
    ana.base = eve.base = "/api/v1"
    assert (await ana.send("POST", "/deliveries/retry", {"ids": [ids[eve.token]]})).status == 404
    assert (await ana.send("POST", "/deliveries/retry", {"ids": [ids[ana.token]]})).body == {
        "retried": [ids[ana.token]]
    }
    assert (await eve.send("POST", "/deliveries/retry", {"all": True})).body == {"retried": [ids[eve.token]]}
    await house.settle()
    assert house.receiver.told == ["task_created Call Ana"] * 2
    assert await house.rows("parcel") == []


async def test_x_17_what_was_given_up_is_put_back_under_a_key(house: House, ana: Api) -> None:
    webhook_id = (await subscribe(house, ana, "task_created")).body["webhook_id"]
    house.receiver.statuses = [410]
    await ana.made()
    await house.settle()
    for _ in range(2):
        answer = await ana.send("POST", f"/webhooks/{webhook_id}/retry", headers={"Idempotency-Key": "again"})
        assert answer.body == {"retried": 1}
    await house.settle()
    assert house.receiver.told == ["task_created Call Ana"]


async def test_who_is_gone_for_good_is_not_tried_again(house: House, ana: Api) -> None:
    await subscribe(house, ana, "task_created")
    house.receiver.statuses = [410]
    await ana.made()
    await house.settle()
    [row] = await house.rows("parcel")
    assert (row["status"], row["attempts"]) == ("dead", 1)


async def test_what_failed_is_tried_again_by_the_next_server(house: House, ana: Api) -> None:
    await subscribe(house, ana, "task_created")
    house.receiver.statuses = [500]
    await ana.made()
    await house.settle()
    await house.close()
    await house.open()
    await house.pass_time(minutes=1)
    assert house.receiver.told == ["task_created Call Ana"]


async def test_an_ended_subscription_is_told_nothing_more(house: House, ana: Api) -> None:
    webhook_id = (await subscribe(house, ana)).body["webhook_id"]
    house.receiver.statuses = [500]
    await ana.made()
    await house.settle()
    answer = await ana.send("DELETE", f"/webhooks/{webhook_id}")
    assert answer.body == {"deleted": True, "webhook_id": webhook_id}
    await house.pass_time(hours=1)
    await ana.made()
    await house.settle()
    assert (house.receiver.told, await house.rows("parcel"), await house.rows("webhook")) == ([], [], [])
    for method, path in (("DELETE", ""), ("GET", "/failed"), ("POST", "/retry")):
        answer = await ana.send(method, f"/webhooks/{webhook_id}{path}")
        assert (answer.status, answer.code) == (404, "webhook_not_found")


async def test_gb_10_another_organisation_neither_sees_nor_hears(house: House, ana: Api, eve: Api) -> None:
    webhook_id = (await subscribe(house, ana)).body["webhook_id"]
    assert (await eve.send("GET", "/webhooks")).body == {"webhooks": [], "total": 0}
    for method, path in (("DELETE", ""), ("GET", "/failed"), ("POST", "/retry")):
        answer = await eve.send(method, f"/webhooks/{webhook_id}{path}")
        assert (answer.status, answer.code) == (404, "webhook_not_found")
    await eve.made(title="Secret")
    await house.settle()
    assert house.receiver.told == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        *(({"events": ["task_created"], "url": url}, "invalid_url") for url in (*WRONG, "", " ", "a\0b")),
        *(({"events": ["task_created"], "url": u}, "invalid_url") for u in ("ftp://example.com", "http://a:b@c.d/")),
        *(({"url": "https://example.com", "events": e}, "invalid_events") for e in (*WRONG, [7], ["x"])),
        ({"url": "https://example.com", "events": ["task_created"], "secret": "x"}, "unknown_field"),
        *(
            ({"events": ["task_created"], "url": url}, "forbidden_address")
            for url in ("http://10.0.0.7/", "http://localhost:1/", "http://169.254.169.254/", "http://[::1]/")
        ),
    ],
)
async def test_what_is_no_subscription_is_refused(house: House, ana: Api, body: dict[str, Any], code: str) -> None:
    answer = await ana.send("POST", "/webhooks", body)
    assert (answer.status, answer.code) == (400, code)
    assert not any(word in answer.body["message"] for word in ("SET HEADER", "scripts"))
    assert await house.rows("webhook") == []


async def test_an_address_inside_is_not_called_whenever_it_has_come_to_be_one(house: House, ana: Api) -> None:
    await subscribe(house, ana, "task_created")
    house.services.hooks._web._private_hosts = frozenset()  # type: ignore[union-attr]
    await ana.made()
    await house.settle()
    [row] = await house.rows("parcel")
    assert (row["status"], house.receiver.calls) == ("dead", [])
    assert row["error"] == "127.0.0.1 is an address inside of the server's own network, which is not asked from here"


async def test_an_organisation_has_no_more_subscriptions_than_it_may(house: House, ana: Api) -> None:
    for _ in range(MOST_WEBHOOKS):
        assert (await subscribe(house, ana, "task_deleted")).status == 201
    answer = await subscribe(house, ana)
    assert (answer.status, answer.code) == (400, "too_many_webhooks")
