"""What a killed process leaves behind, at every named instant: nothing is lost and nothing is done twice.

At each instant of an uninterrupted run the database's files are copied, just as kill -9 would leave them. Then the same
play is played to its end from each copy: the contact, who cannot know what arrived, sends everything again.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.bots.virtual_time import pass_time
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Delivery
from tests.conftest import START
from tests.stage import Stage

TALK = """
SUB ask_all
  FOR EACH thing IN ["bread", "milk"]
    HEAR count AS INTEGER WITH "How many ${thing}?"
    id = CREATE TASK "Buy ${count} ${thing}"
  NEXT
END SUB
TALK "Let us see."
CALL ask_all
WAIT 1 HOUR
TALK "Did you buy it?"
HEAR answer
SET TASK PRIORITY id, "high"
TALK "You said " + answer
"""

REPORT = """
SET SCHEDULE "every 15 minutes"
id = CREATE TASK "Write the report of " + NOW()
TALK "It is " + NOW()
WAIT 1 MINUTE
COMPLETE TASK id
"""

HANDLERS = """
id = CREATE TASK "Call Ana", "bob", "in 30 minutes"
HEAR answer
SET TASK PRIORITY id, "high"
ON TASK CREATED
  TALK "new: " + task.title
  WAIT 10 MINUTES
  SET TASK PRIORITY task, "low"
END ON
ON TASK OVERDUE
  TALK "late: " + task.title
  again = CREATE TASK "Tell Ana"
  COMPLETE TASK task
  WAIT FOR TASK again TIMEOUT 10 MINUTES
  TALK "waited: " + TIMEDOUT
END ON
ON TASK COMPLETED
  TALK "done: " + task.title + " by " + event.actor
END ON
"""

HOUR = timedelta(hours=1)


@dataclass
class Images:
    """Takes a copy of the database at each instant."""

    stage: Stage
    folder: Path
    taken: list[tuple[str, Path, datetime]] = field(default_factory=list)

    def take(self, instant: str) -> None:
        copy = self.folder / f"{len(self.taken):03}-{instant}"
        copy.mkdir(parents=True)
        for file in self.stage.folder.glob("test.db*"):
            if not file.name.endswith(("-shm", "-lock")):
                shutil.copy(file, copy / file.name)
        self.taken.append((instant, copy / "test.db", self.stage.clock.now()))


@dataclass
class Inbox:
    """A channel that brings messages out, to somebody who knows a message that comes twice by its id."""

    received: dict[str, str] = field(default_factory=dict)

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        self.received.setdefault(delivery.message_id, delivery.text)


Play = Callable[[Stage], Any]


async def play_talk(stage: Stage, say: str = "say") -> object:
    answers = []
    for step in ("hi", "1", "many", "2", HOUR, "yes", HOUR):
        if isinstance(step, timedelta):
            assert isinstance(stage.clock, VirtualClock)
            await pass_time(stage.engine, stage.clock, START + HOUR)
        else:
            answers.append(await getattr(stage, say)(step, message_id=step))
    return answers


async def play_conversing(stage: Stage) -> object:
    return await play_talk(stage, "converse")


async def play_handlers(stage: Stage) -> object:
    assert isinstance(stage.clock, VirtualClock)
    said = [await stage.say("hi", message_id="1")]
    await pass_time(stage.engine, stage.clock, START + HOUR)
    said.append(await stage.say("yes", message_id="2"))
    await stage.engine.settle()
    runs = await stage.rows("run")
    return [said, sorted((row["status"], row["arguments"]["title"]) for row in runs)]


async def play_schedule(stage: Stage) -> object:
    assert isinstance(stage.clock, VirtualClock)
    await pass_time(stage.engine, stage.clock, START + HOUR + timedelta(minutes=5))
    runs = sorted(await stage.rows("run"), key=lambda row: row["planned_at"])
    return [(row["planned_at"], row["status"]) for row in runs]


async def outcome(stage: Stage, answers: object) -> dict[str, Any]:
    """Everything that must be as in the uninterrupted run."""
    messages = await stage.rows("message")
    tasks = await stage.rows("task")
    return {
        "answers": answers,
        "messages": [(row["direction"], row["text"], row["status"]) for row in sorted(messages, key=_place)],
        "tasks": sorted((row["title"], row["status"], row["priority"], row["version"]) for row in tasks),
        "events": sorted(row["kind"] for row in await stage.rows("event")),
        "sessions": sorted(row["status"] for row in await stage.rows("session")),
        "timers": len(await stage.rows("timer")),
        "programs": len(await stage.rows("program")),
    }


def _place(row: dict[str, Any]) -> tuple[str, int]:
    return row["conversation_id"], row["sequence"]


@pytest.mark.parametrize(
    ("script", "play", "instants"),
    [
        (
            TALK,
            play_talk,
            {"after-inbox-commit", "before-turn-commit", "before-commit", "after-commit", "after-turn-commit"},
        ),
        (TALK, play_conversing, {"before-turn-commit", "before-commit", "after-commit", "after-turn-commit"}),
        (
            HANDLERS,
            play_handlers,
            {"after-handlers-commit", "before-turn-commit", "before-commit", "after-commit", "after-turn-commit"},
        ),
        (REPORT, play_schedule, {"after-run-commit", "before-turn-commit", "before-commit", "after-commit"}),
    ],
)
@pytest.mark.parametrize("warm_conversations", [0, 100])
async def test_every_instant_can_be_the_last(
    tmp_path: Path, script: str, play: Play, instants: set[str], warm_conversations: int
) -> None:
    stage = Stage(tmp_path / "first", VirtualClock(START))
    images = Images(stage, tmp_path / "images")
    stage.write(script)
    await stage.open(crash=images.take, warm_conversations=warm_conversations)
    expected = await outcome(stage, await play(stage))
    await stage.close()
    assert instants <= {instant for instant, _, _ in images.taken}
    assert len(images.taken) > 20
    for number, (instant, image, when) in enumerate(images.taken):
        again = Stage(tmp_path / f"again-{number}", VirtualClock(when))
        again.write(script)
        await again.open(image, warm_conversations=warm_conversations)
        found = await outcome(again, await play(again))
        await again.close()
        assert found == expected, f"after a kill at {number}: {instant}"


async def test_what_was_not_delivered_is_delivered_after_the_start_with_the_same_id(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "first", VirtualClock(START))
    images = Images(stage, tmp_path / "images")
    stage.write('TALK "one"\nTALK "two"\nTALK "three"\n')
    first = Inbox()
    before: list[dict[str, str]] = []

    def take(instant: str) -> None:
        images.take(instant)
        before.append(dict(first.received))

    await stage.open(crash=take, channels={"push": first})
    await stage.receive("hi", message_id="1", channel="push")
    await stage.engine.settle()
    await stage.close()
    assert list(first.received.values()) == ["one", "two", "three"]
    assert {"before-delivery", "after-delivery"} <= {instant for instant, _, _ in images.taken}
    for (instant, image, when), received in zip(images.taken, before, strict=True):
        again = Stage(tmp_path / "again" / image.parent.name, VirtualClock(when))
        again.write('TALK "one"\nTALK "two"\nTALK "three"\n')
        inbox = Inbox(received)
        await again.open(image, channels={"push": inbox})
        await again.receive("hi", message_id="1", channel="push")
        await again.engine.settle()
        await again.close()
        assert list(inbox.received.values()) == ["one", "two", "three"], instant
