"""Dead messages are put back in line: with a fresh count, in their place, also under an engine that does not know."""

from datetime import timedelta

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.deliveries import listed as all_listed
from tasktalk.runtime.deliveries import put_all_back, put_back
from tasktalk.runtime.outbox import ATTEMPTS
from tasktalk.runtime.sharing import tell_all
from tasktalk.storage import deliveries
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet
from tests.databases import url_of
from tests.runtime.test_outbox import COUNTING, Post, statuses
from tests.stage import Stage

SECOND = timedelta(seconds=1)


async def listed(stage: Stage, which: deliveries.Which, channel: str | None = None) -> list[tuple[object, ...]]:
    async with stage.database.read() as reader:
        rows = await deliveries.listed(reader, which, 100, channel)
    return [(row["bot"], row["channel"], row["contact"], row["attempts"], row["error"]) for row in rows]


async def elsewhere(stage: Stage, channel: str | None = None, ids: list[str] | None = None) -> int:
    """What another process does, such as a command; the number of messages that are in line again."""
    database = await Database.open(url_of(stage.database_path))
    try:
        now = stage.clock.now()
        done = await (put_back(database, now, ids, "ben") if ids else put_all_back(database, now, channel, "ben"))
        await tell_all(database)
    finally:
        await database.close()
    return len(done)


async def the_engine_looks(stage: Stage) -> None:
    """As it does every second where it is alone, and every two seconds where it shares."""
    assert isinstance(stage.clock, VirtualClock)
    stage.clock.advance(SECOND)
    if not stage.engine._sharing.is_alone:
        stage.engine._heard("")
    await stage.engine.settle()


async def test_what_waits_and_what_is_dead_is_listed_with_the_reason(stage: Stage) -> None:
    stage.write(COUNTING)
    post = Post()
    post.failures, post.hopeless = 1, {"message 2"}
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    assert await listed(stage, "failing") == [("helper", "post", "ana", 1, "no network")]
    assert [row[3] for row in await listed(stage, "waiting")] == [1, 0, 0]
    assert await listed(stage, "dead") == []
    await stage.pass_time(timedelta(minutes=1))
    assert await listed(stage, "failing") == []
    assert await listed(stage, "dead") == [("helper", "post", "ana", 1, "the contact is gone")]
    assert await listed(stage, "dead", "sms") == []


async def test_a_dead_message_goes_out_again_while_the_engine_runs(stage: Stage) -> None:
    stage.write(COUNTING)
    post = Post()
    post.failures = ATTEMPTS
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.pass_time(timedelta(days=1))
    assert await elsewhere(stage, "sms") == 0
    assert await elsewhere(stage, "post") == 1
    await the_engine_looks(stage)
    assert post.sent == {"ana": ["message 2", "message 3", "message 1"]}
    assert await statuses(stage) == [("delivered", 1)] * 3
    assert await elsewhere(stage) == 0
    kinds = [row["kind"] for row in await stage.rows("event")]
    assert kinds == ["message_dead", "message_put_back"]


async def test_one_that_was_put_back_goes_before_a_later_one_that_waits_for_its_next_attempt(stage: Stage) -> None:
    stage.write('TALK "one"\nHEAR word\nTALK "two"\n')
    post = Post()
    post.hopeless = {"one"}
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    post.failures = 1
    await stage.receive("go", channel="post")
    await stage.engine.settle()
    assert [row[0:2] for row in await statuses(stage)] == [("dead", 1), ("pending", 1)]
    due = await stage.engine.next_due()
    assert due is not None
    assert due > stage.clock.now() + SECOND
    post.hopeless = set()
    dead = (await stage.rows("message", status="dead"))[0]["id"]
    assert await elsewhere(stage, ids=[dead]) == 1
    await the_engine_looks(stage)
    assert post.sent == {"ana": ["one"]}
    await stage.pass_time(timedelta(minutes=1))
    assert post.sent == {"ana": ["one", "two"]}


async def test_it_may_die_again_after_as_many_attempts(stage: Stage) -> None:
    stage.write('TALK "one"\n')
    post = Post()
    post.failures = ATTEMPTS + 3
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.pass_time(timedelta(days=1))
    await elsewhere(stage)
    await stage.reopen(channels={"post": post})
    await stage.pass_time(timedelta(minutes=2))
    assert await statuses(stage) == [("delivered", 4)]
    [message] = await stage.rows("message", direction="out")
    assert message["error"] is None


async def test_only_what_was_given_up_can_be_put_back(stage: Stage) -> None:
    stage.write('TALK "one"\n')
    await stage.open(channels={"post": Post()})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    [message] = await stage.rows("message", direction="out")
    now = stage.clock.now()
    with pytest.raises(Refused, match="is delivered, neither dead, withheld nor parked"):
        await put_back(stage.database, now, [message["id"]], "ben")
    with pytest.raises(Refused, match="there is no message msg_x"):
        await put_back(stage.database, now, ["msg_x"], "ben")


async def test_parcels_are_listed_and_put_back_for_those_who_run_the_server_alone(stage: Stage) -> None:
    stage.write(COUNTING)
    await stage.open()
    now, writes = stage.clock.now(), WriteSet()
    writes.insert(
        "user", {"id": "jane", "organisation_id": "default", "name": "Jane", "email": "j@x.y", "created_at": now}
    )
    told = {"organisation_id": "default", "recipient": "jane", "channel": "email", "kind": "task_overdue"}
    writes.insert("notification", {"id": "ntf_1", **told, "event_id": "evt_1", "created_at": now, "version": 1})
    hook = {"url": "https://example.com/secret", "events": [], "secret": "s", "created_by": "jane", "version": 1}
    writes.insert("webhook", {"id": "whk_1", "organisation_id": "default", **hook, "created_at": now})
    of_parcel = {
        "subject": "task",
        "subject_id": "t",
        "sequence": 1,
        "attempts": 20,
        "error": "away",
        "created_at": now,
    }
    for kind, target, status in (("email", "ntf_1", "dead"), ("webhook", "whk_1", "dead"), ("webhook", "gone", "dead")):
        row = {"id": f"{kind}-{target}", "kind": kind, "line": target, "target": target, "status": status}
        writes.insert("parcel", {**row, **of_parcel, "content": {"body": "{}"}})
    await stage.database.commit(writes)
    async with stage.database.read() as reader:
        found = {
            (row["id"], row["channel"], row["contact"])
            for row in await all_listed(reader, "dead", 10)
            if not row["bot"]
        }
        assert await all_listed(reader, "failing", 10, "task-mail") == []
    assert found == {
        ("email-ntf_1", "task-mail", "j@x.y"),
        ("webhook-whk_1", "task-webhook", "example.com"),
        ("webhook-gone", "task-webhook", None),
    }
    assert await put_all_back(stage.database, now, None, "ben") == []
    with pytest.raises(Refused) as refused:
        await put_back(stage.database, now, ["email-ntf_1"], "ben")
    assert refused.value.code == "message_not_found"
    assert await put_back(stage.database, now, ["email-ntf_1"], "ben", with_parcels=True) == ["email-ntf_1"]
    done = await put_all_back(stage.database, now, None, "ben", with_parcels=True)
    assert sorted(done) == ["webhook-gone", "webhook-whk_1"]
    assert {(row["status"], row["attempts"]) for row in await stage.rows("parcel")} == {("pending", 0)}
