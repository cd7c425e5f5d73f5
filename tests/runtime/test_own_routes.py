"""What answers one message alone stays with that message's answer, whatever came in before that was said."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.ports import OWN_ROUTE, Delivery, Inbound
from tasktalk.runtime.scene import BULLETS
from tests.stage import BOT, Stage, texts

GATHERS = Conduct(gathers_for=timedelta(seconds=5))
TWICE = 'WHILE TRUE\n  HEAR x\n  TALK "re ${x}"\n  TALK "more"\nWEND\n'


class Ways:
    """A channel that notes by which way each message was to be brought, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.details: list[Mapping[str, Any]] = []
        self.failures = 0

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return 20

    async def send(self, delivery: Delivery) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no network")
        self.details.append(delivery.detail)
        self.sent.append((delivery.text, delivery.own_route and delivery.own_route["token"]))


async def command(stage: Stage, text: str, token: str | None) -> None:
    own_route = None if token is None else {"token": token}
    await stage.engine.receive(Inbound(BOT, "post", "ana", text, own_route=own_route))


async def begun(stage: Stage, script: str) -> Ways:
    """The script has been started, and messages to it are gathered from now on."""
    stage.write(script)
    ways = Ways()
    await stage.open(channels={"post": ways})
    await command(stage, "hi", None)
    await stage.engine.settle()
    ways.sent.clear()
    await stage.reopen(channels={"post": ways}, conduct=GATHERS)
    return ways


@pytest.mark.parametrize("failures", [0, 3])
async def test_each_of_two_messages_that_wait_is_answered_by_its_own_way(stage: Stage, failures: int) -> None:
    ways = await begun(stage, TWICE)
    await command(stage, "A", "1")
    await command(stage, "B", "2")
    await stage.reopen(channels={"post": ways})  # from now on each is heard by itself
    ways.failures = failures
    await stage.pass_time(timedelta(minutes=1))
    assert ways.sent == [("re A", "1"), ("more", None), ("re B", "2"), ("more", None)]
    assert not any(OWN_ROUTE in detail for detail in ways.details)


async def test_of_an_answer_in_parts_the_first_has_the_way(stage: Stage) -> None:
    ways = await begun(stage, 'HEAR x\nTALK "a sentence that is long enough"\n')
    await stage.reopen(channels={"post": ways})
    await command(stage, "A", "1")
    await stage.engine.settle()
    assert [token for _, token in ways.sent] == ["1", None]


async def test_the_first_thing_that_is_said_goes_the_way_however_late(stage: Stage) -> None:
    script = 'HEAR x\nWAIT 60\nWAIT 60\nTALK "later"\nWAIT 60\nTALK "last"\n'
    ways = await begun(stage, script)
    await stage.reopen(channels={"post": ways})
    await command(stage, "A", "1")
    await stage.reopen(channels={"post": ways})
    await stage.pass_time(timedelta(minutes=5))
    assert ways.sent == [("later", "1"), ("last", None)]


async def test_an_answer_that_is_asked_for_again_has_the_way_once(stage: Stage) -> None:
    ways = await begun(stage, 'HEAR n AS INTEGER TIMEOUT 60\nTALK "over"\n')
    await stage.reopen(channels={"post": ways})
    await command(stage, "A", "1")
    await stage.pass_time(timedelta(minutes=5))
    assert (ways.sent[0][1], ways.sent[-1][0]) == ("1", "over")
    assert {token for _, token in ways.sent[1:]} == {None}


@pytest.mark.parametrize(("last", "token"), [("2", "2"), (None, "1")])
async def test_of_messages_that_are_heard_as_one_the_last_way_counts(
    stage: Stage, last: str | None, token: str
) -> None:
    ways = await begun(stage, 'HEAR secret AS PASSWORD WITH "?"\nTALK "Thanks."\nHEAR x\n')
    await command(stage, "correct", "1")
    await command(stage, "horse", last)
    await stage.pass_time(timedelta(seconds=6))
    assert ways.sent == [("Thanks.", token)]
    heard = [row for row in await stage.rows("message", direction="in") if row["text"] != "hi"]
    assert [(row["text"], row["detail"]) for row in heard] == [(BULLETS, None)] * 2


async def test_a_message_as_others_read_it_has_no_way(stage: Stage) -> None:
    ways = await begun(stage, TWICE)
    await stage.reopen(channels={"post": ways})
    await command(stage, "A", "1")
    await stage.engine.settle()
    assert ways.sent[0] == ("re A", "1")
    said = [message for report in stage.reports for message in report.messages]
    assert texts(said) == ["re A", "more"]
    [row] = await stage.rows("conversation")
    everything = [*said, *await stage.engine.messages(row["id"])]
    assert not any(OWN_ROUTE in message.detail for message in everything)
