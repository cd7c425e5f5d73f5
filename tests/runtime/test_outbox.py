"""Messages that are brought out: in order, again after a failure, and given up when it is hopeless."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime.outbox import ATTEMPTS
from tasktalk.runtime.ports import ComeBack, Delivery, DeliveryReport, Undeliverable
from tests.patience import PATIENCE
from tests.stage import Stage

COUNTING = 'FOR i = 1 TO 3\n  TALK "message " + i\nNEXT\n'


class Post:
    """A channel that fails as often as it is told to."""

    def __init__(self) -> None:
        self.sent: defaultdict[str, list[str]] = defaultdict(list)
        self.attempts: list[str] = []
        self.ids: set[str] = set()
        self.failures = 0
        self.hopeless: set[str] = set()
        self.broken: set[str] = set()
        self.busy: set[str] = set()
        self.changed = asyncio.Event()

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        self.attempts.append(delivery.text)
        self.ids.add(delivery.message_id)
        await asyncio.sleep(0)
        if delivery.text in self.hopeless:
            raise Undeliverable("the contact is gone")
        if delivery.text in self.busy:
            raise ComeBack("too much at once", 600)
        if delivery.text in self.broken:
            raise ConnectionError("not this one")
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no network")
        self.sent[delivery.contact].append(delivery.text)
        self.changed.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Returns once something is so."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()


THREE = ["message 1", "message 2", "message 3"]


async def statuses(stage: Stage) -> list[tuple[str, int]]:
    rows = sorted(await stage.rows("message", direction="out"), key=lambda row: row["sequence"])
    return [(row["status"], row["attempts"]) for row in rows]


async def test_messages_arrive_in_their_order(stage: Stage) -> None:
    stage.write(COUNTING)
    post = Post()
    await stage.open(channels={"post": post})
    for contact in ("ana", "ben"):
        await stage.receive("hi", contact=contact, channel="post")
    await stage.engine.settle()
    assert post.sent == {"ana": THREE, "ben": THREE}
    assert await statuses(stage) == [("delivered", 1)] * 6


async def test_what_fails_is_tried_again_later_and_holds_the_next_ones_back(stage: Stage) -> None:
    stage.write(COUNTING)
    post = Post()
    post.failures = 3
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    assert post.attempts == ["message 1"]
    first = await stage.engine.next_due()
    assert first is not None
    assert timedelta(seconds=1) <= first - stage.clock.now() <= timedelta(seconds=2)
    await stage.pass_time(timedelta(minutes=1))
    assert post.attempts == ["message 1"] * 4 + ["message 2", "message 3"]
    assert post.sent == {"ana": THREE}
    assert len(post.ids) == 3
    assert await statuses(stage) == [("delivered", 4), ("delivered", 1), ("delivered", 1)]


async def test_what_fails_for_ever_is_dead_and_the_next_ones_go(stage: Stage) -> None:
    stage.write(COUNTING)
    post = Post()
    post.failures = ATTEMPTS
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.pass_time(timedelta(days=1))
    assert post.sent == {"ana": ["message 2", "message 3"]}
    assert await statuses(stage) == [("dead", ATTEMPTS), ("delivered", 1), ("delivered", 1)]
    [event] = await stage.rows("event")
    assert (event["kind"], event["changes"]["error"]) == ("message_dead", [None, "no network"])


async def test_what_is_hopeless_is_not_tried_again(stage: Stage) -> None:
    stage.write(COUNTING)
    post = Post()
    post.hopeless = {"message 2"}
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    assert post.sent == {"ana": ["message 1", "message 3"]}
    assert await statuses(stage) == [("delivered", 1), ("dead", 1), ("delivered", 1)]


async def test_a_failed_delivery_keeps_its_time_over_a_restart(stage: Stage) -> None:
    stage.write(COUNTING)
    post = Post()
    post.failures = 2
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    due = await stage.engine.next_due()
    await stage.reopen(channels={"post": post})
    await stage.engine.settle()
    assert await stage.engine.next_due() == due
    await stage.pass_time(timedelta(minutes=1))
    assert post.sent == {"ana": THREE}


async def test_what_is_said_meanwhile_waits_for_the_first(stage: Stage) -> None:
    stage.write('HEAR word\nTALK "one"\nHEAR word\nTALK "two"\n')
    post = Post()
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    post.failures = 1
    await stage.receive("1", channel="post")
    await stage.engine.settle()
    await stage.receive("2", channel="post")
    await stage.engine.settle()
    assert post.attempts == ["one"]
    await stage.pass_time(timedelta(minutes=1))
    assert post.sent == {"ana": ["one", "two"]}


@pytest.mark.parametrize(
    ("told", "waits"),
    [(math.nan, 0), (-math.inf, 0), (-1, 0), (0.5, 0.5), (7200, 3600), (math.inf, 3600), (10**40, 3600)],
)
async def test_whatever_time_a_provider_names_the_attempt_is_noted(stage: Stage, told: float, waits: float) -> None:
    class Busy(Post):
        async def send(self, delivery: Delivery) -> None:
            raise ComeBack("not now", told)

    assert ComeBack("not now", told).seconds == waits
    stage.write('TALK "hi"')
    await stage.open(channels={"post": Busy()})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    assert await statuses(stage) == [("pending", 1)]


class Far(Post):
    """A channel whose provider answers nothing while it hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.answers, self.asked = asyncio.Event(), 0

    async def send(self, delivery: Delivery) -> None:
        self.asked += 1
        self.changed.set()
        await self.answers.wait()
        await super().send(delivery)


async def test_a_provider_that_hangs_holds_up_its_own_channel_alone(stage: Stage) -> None:
    stage.write('TALK "one"\nTALK "two"\n')
    far, post = Far(), Post()
    await stage.open(channels={"far": far, "post": post})
    for number in range(200):
        await stage.receive("hi", contact=f"c{number}", channel="far")
    await far.until(lambda: far.asked >= 64)
    for number in range(5):
        await stage.receive("hi", contact=f"c{number}", channel="post")
    await post.until(lambda: len(post.sent) == 5 and all(len(sent) == 2 for sent in post.sent.values()))
    assert far.asked == 64
    far.answers.set()
    await stage.engine.settle()
    assert post.sent == {f"c{number}": ["one", "two"] for number in range(5)}
    assert far.sent == {f"c{number}": ["one", "two"] for number in range(200)}


async def test_when_a_provider_is_back_all_that_waits_goes_soon(stage: Stage) -> None:
    stage.write('TALK "one"\nTALK "two"\n')
    post = Post()
    post.failures = 1_000_000
    await stage.open(channels={"post": post})
    for number in range(20):
        await stage.receive("hi", contact=f"c{number}", channel="post")
    await stage.pass_time(timedelta(minutes=10))
    tried = len(post.attempts)
    post.failures = 0
    await stage.receive("hi", contact="new", channel="post")
    await stage.engine.settle()
    assert post.sent == {name: ["one", "two"] for name in ["new", *(f"c{number}" for number in range(20))]}
    assert len(post.attempts) - tried == 42


async def test_what_is_tried_before_its_time_and_fails_has_lost_nothing(stage: Stage) -> None:
    stage.write("HEAR x\nTALK x\n")
    post = Post()
    await stage.open(channels={"post": post})
    for name in ("ana", "ben"):
        await stage.receive("hi", contact=name, channel="post")
    post.failures = 4
    await stage.receive("bad", contact="ana", channel="post")
    await stage.pass_time(timedelta(seconds=13))
    before = await stage.rows("message", text="bad", direction="out")
    due = await stage.engine.next_due()
    post.failures = 0
    post.broken = {"bad"}
    for text in ("1", "hi", "2"):
        await stage.receive(text, contact="ben", channel="post")
        await stage.engine.settle()
    assert post.sent == {"ben": ["1", "2"]}
    assert post.attempts.count("bad") == before[0]["attempts"] + 1  # for the first that arrived, and not again
    after = await stage.rows("message", text="bad", direction="out")
    assert [row["attempts"] for row in after] == [row["attempts"] for row in before]
    assert await stage.engine.next_due() == due


async def test_who_says_when_is_not_asked_before(stage: Stage) -> None:
    stage.write("HEAR x\nTALK x\n")
    post = Post()
    await stage.open(channels={"post": post})
    for name in ("ana", "ben"):
        await stage.receive("hi", contact=name, channel="post")
    post.busy = {"later"}
    await stage.receive("later", contact="ana", channel="post")
    await stage.engine.settle()
    await stage.receive("now", contact="ben", channel="post")
    await stage.engine.settle()
    assert (post.attempts, post.sent) == (["later", "now"], {"ben": ["now"]})
    for text in ("hi", "more"):  # what follows in the talk looks at the line that waits, and does not let it hurry
        await stage.receive(text, contact="ana", channel="post")
        await stage.engine.settle()
    for text in ("hi", "again"):
        await stage.receive(text, contact="ben", channel="post")
        await stage.engine.settle()
    assert (post.attempts, post.sent) == (["later", "now", "again"], {"ben": ["now", "again"]})


async def test_what_nobody_foresaw_is_told_by_its_place_in_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong(Post):
        async def send(self, delivery: Delivery) -> None:
            int("True")

    stage.write('TALK "hi"')
    await stage.open(channels={"post": Wrong()})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    [row] = await stage.rows("message", direction="out")
    assert row["error"] == f"something went wrong on our side, which the log has under {row['id']}"
    assert "invalid literal for int()" in caplog.text
    assert f"message {row['id']} is tried again" in caplog.text


async def test_a_message_names_its_turn_until_it_is_gone(stage: Stage) -> None:
    stage.write('TALK "one"\nHEAR word\nTALK "two"\n')
    post = Post()
    post.failures = 1
    await stage.open(channels={"post": post})
    reports: list[DeliveryReport] = []
    stage.engine.watch_deliveries(reports.append)
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    [turn] = stage.reports
    assert [row["turn_id"] for row in await stage.rows("message")] == [None, turn.turn_id]
    await stage.pass_time(timedelta(minutes=1))
    assert [(report.outcome, report.turn_id) for report in reports] == [
        ("again", turn.turn_id),
        ("delivered", turn.turn_id),
    ]
    await stage.say("hi", "bo")
    assert {row["turn_id"] for row in await stage.rows("message")} == {None}
