"""What rules make of templates, and what they do when several are looked at together."""

from typing import Any

import pytest

from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks.acting import Acting
from tasktalk.runtime.tasks.automations import Automations
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.notifications import Notifying
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.templates import Templates
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Insert, WriteSet

ANA = Actor("ana", "default", "test")


def tagged(clock: VirtualClock, tag: str, talk: str) -> Happened:
    changes = {"tag": [None, tag], "bot": [None, "helper"]}
    row = {"id": new_id("evt", clock.now()), "organisation_id": "default", "subject": "conversation", "depth": 0}
    more = {"subject_id": talk, "kind": "conversation_tagged", "actor": "ana", "changes": changes, "sequence": 1}
    return Happened({**row, **more}, None)


async def made(database: Database, clock: VirtualClock, *happened: Happened, **action: Any) -> list[Any]:
    """The tasks that a rule makes of a page of tags."""
    work = UnitOfWork(database, clock.now())
    trigger = {"type": "conversation_tag", "value": "urgent"}
    await Automations(Tasks(work, ANA)).create("The rule", trigger, {"type": "create_task", **action})
    words = "Look at {{conversation_id}}"
    await Templates(Tasks(work, ANA)).create("Urgent issue", words, "low", ["a"])
    await work.commit()
    writes = WriteSet()
    acting = Acting(database, Bots(Keywords([])), Notifying(database, has_mail=False))
    await acting.follow(happened, writes, clock.now())
    await database.commit(writes)
    return [write.row for write in writes.writes if isinstance(write, Insert) and write.table == "task"]


async def test_gb_98_a_task_is_as_its_template_but_for_what_the_rule_says(
    database: Database, clock: VirtualClock
) -> None:
    happened = tagged(clock, "urgent", "cnv_1")
    [task] = await made(database, clock, happened, template="Urgent issue", priority="critical")
    assert (task["title"], task["description"]) == ("Urgent issue", "Look at cnv_1")
    assert (task["priority"], task["tags"]) == ("urgent", ["a"])


async def test_gb_98_a_template_that_is_gone_keeps_no_task_from_being_made(
    database: Database, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    [task] = await made(database, clock, tagged(clock, "urgent", "cnv_1"), template="tpl_gone", priority="high")
    assert (task["title"], task["priority"]) == ("The rule", "high")
    assert "has no template tpl_gone" in caplog.text


async def test_gb_99_the_same_tag_twice_on_one_page_makes_one_task(database: Database, clock: VirtualClock) -> None:
    page = [
        tagged(clock, tag, talk) for tag, talk in (("urgent", "c1"), ("urgent", "c1"), ("x", "c2"), ("urgent", "c2"))
    ]
    tasks = await made(database, clock, *page, title="one")
    assert [task["context"]["conversation_id"] for task in tasks] == ["c1", "c2"]
