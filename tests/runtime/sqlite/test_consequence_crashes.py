"""What follows from events is there once, whatever instant was a process's last: who was told, and what was sent."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tasktalk.bots.virtual_time import pass_time
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Carriers, HookCall, Letter
from tasktalk.runtime.tasks.automations import Automations
from tasktalk.runtime.tasks.events import TASK_EVENTS
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.notifications import EVENTS, RECIPIENTS, Notifications, Setting
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.webhooks import Webhooks
from tasktalk.runtime.work import UnitOfWork
from tests.conftest import START
from tests.runtime.sqlite.test_crashes import Images
from tests.stage import Stage

TALK = """
id = CREATE TASK "Call Bo" ASSIGN TO "jane" DUE "in 30 minutes"
TAG CONVERSATION "urgent"
HEAR answer
COMPLETE TASK id
"""
HOUR = timedelta(hours=1)


@dataclass
class Outside:
    """Mail and webhooks of somebody who knows what comes twice by its id."""

    letters: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)

    async def send(self, letter: Letter) -> None:
        self.letters.setdefault(letter.id, letter.subject)

    def check(self, url: str) -> None:
        raise AssertionError(url)

    async def call(self, call: HookCall) -> None:
        self.calls.setdefault(call.id, call.body)

    @property
    def carriers(self) -> Carriers:
        return Carriers(mail=self, hooks=self)

    def so_far(self) -> "Outside":
        return Outside(dict(self.letters), dict(self.calls))


async def make_rules(stage: Stage) -> None:
    """Jane, who is told in both ways, somebody's webhook, and rules that cause events themselves."""
    accounts = Accounts(stage.database, stage.clock)
    await accounts.create_user("Jane", email="jane@example.com", user_id="jane")
    work, actor = UnitOfWork(stage.database, stage.clock.now()), Actor("jane", DEFAULT_ORGANISATION, "test")
    await Notifications(work, actor).set(Setting(EVENTS, ("email", "in_app"), RECIPIENTS))
    webhook = await Webhooks(work, actor).create("https://example.com", list(TASK_EVENTS))
    await work.commit()
    work = UnitOfWork(stage.database, stage.clock.now())
    rules = Automations(Tasks(work, actor))
    tagged = {"type": "conversation_tag", "value": "urgent"}
    await rules.create("Look after it", tagged, {"type": "create_task", "auto_assign": True, "priority": "critical"})
    late = {"type": "task_event", "value": "task_overdue"}
    await rules.create("Late", late, {"type": "notify", "user": "jane", "text": "It is late."})
    await rules.create("Late too", late, {"type": "call_webhook", "webhook": webhook["id"]})
    words = {"type": "message_text", "value": "done"}
    await rules.create("Praise", words, {"type": "create_task", "assignee": "jane"})
    await rules.create("Round", {"type": "schedule", "value": "every 45 minutes"}, {"type": "create_task"})
    await work.commit()


async def play(stage: Stage) -> None:
    assert isinstance(stage.clock, VirtualClock)
    await stage.say("hi", message_id="1")
    await pass_time(stage.engine, stage.clock, START + HOUR)
    await stage.say("it is done", message_id="2")
    await stage.engine.settle()


async def outcome(stage: Stage, outside: Outside) -> dict[str, Any]:
    calls = [body.partition('"timestamp"')[0] for body in outside.calls.values()]
    return {
        "told": sorted((row["kind"][:12], row["channel"]) for row in await stage.rows("notification")),
        "letters": sorted(outside.letters.values()),
        "calls": sorted(calls),
        "tasks": sorted((row["title"], row["status"], row["assignee"]) for row in await stage.rows("task")),
        "events": sorted(row["kind"] for row in await stage.rows("event")),
        "left": [await stage.rows("parcel"), await stage.rows("pending_event")],
    }


async def test_x_21_every_instant_can_be_the_last_and_everybody_is_told_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "first", VirtualClock(START))
    images, outside = Images(stage, tmp_path / "images"), Outside()
    before: list[Outside] = []
    stage.write(TALK)
    await stage.open()
    await make_rules(stage)
    await stage.engine.settle()

    def take(instant: str) -> None:
        images.take(instant)
        before.append(outside.so_far())

    await stage.reopen(crash=take, carriers=outside.carriers)
    await play(stage)
    expected = await outcome(stage, outside)
    await stage.close()
    assert expected["tasks"] == [
        ("Call Bo", "completed", "jane"),
        ("Look after it", "pending", "jane"),
        ("Praise", "pending", "jane"),
        ("Round", "pending", None),
    ]
    assert expected["letters"] == [
        "An automation assigned to you: Look after it",
        "An automation assigned to you: Praise",
        "It is late.",
        "Overdue: Call Bo",
        "ana assigned to you: Call Bo",
        "ana completed: Call Bo",
    ]
    told = ["task_completed", *["task_created"] * 4, *["task_overdue"] * 2]
    assert expected["calls"] == [f'{{"type": "{kind}", ' for kind in told]
    assert expected["left"] == [[], []]
    assert {
        "after-run-commit",
        "after-handlers-commit",
        "before-delivery",
        "after-delivery",
        "before-commit",
        "after-commit",
    } <= {instant for instant, _, _ in images.taken}
    for number, ((instant, image, when), received) in enumerate(zip(images.taken, before, strict=True)):
        again = Stage(tmp_path / f"again-{number}", VirtualClock(when))
        again.write(TALK)
        await again.open(image, carriers=received.carriers)
        await play(again)
        found = await outcome(again, received)
        await again.close()
        assert found == expected, f"after a kill at {number}: {instant}"
