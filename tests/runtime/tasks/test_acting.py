"""What rules make of templates, and what they do when several are looked at together."""

from collections.abc import Mapping
from typing import Any

from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks.acting import Acting
from tasktalk.runtime.tasks.automations import Automations
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.notifications import Notifying
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Insert, WriteSet

ANA = Actor("ana", "default", "test")


async def template(
    work: UnitOfWork, organisation_id: str, reference: str, about: Mapping[str, str]
) -> Mapping[str, object] | None:
    if (organisation_id, reference) != ("default", "tpl_urgent"):
        return None
    said = f"Look at {about['conversation_id']}"
    return {"title": "From the template", "description": said, "priority": "low", "tags": ["a"]}


def tagged(clock: VirtualClock, tag: str, talk: str) -> Happened:
    changes = {"tag": [None, tag], "bot": [None, "helper"]}
    row = {"id": new_id("evt", clock.now()), "organisation_id": "default", "subject": "conversation", "depth": 0}
    more = {"subject_id": talk, "kind": "conversation_tagged", "actor": "ana", "changes": changes, "sequence": 1}
    return Happened({**row, **more}, None)


async def made(database: Database, clock: VirtualClock, *happened: Happened, **action: Any) -> list[Any]:
    """The tasks that a rule makes of a page of tags."""
    work = UnitOfWork(database, clock.now())
    trigger = {"type": "conversation_tag", "value": "urgent"}
    await Automations(work, ANA).create("The rule", trigger, {"type": "create_task", **action})
    await work.commit()
    writes = WriteSet()
    acting = Acting(database, Bots(Keywords([])), Notifying(database, has_mail=False), template)
    await acting.follow(happened, writes, clock.now())
    await database.commit(writes)
    return [write.row for write in writes.writes if isinstance(write, Insert) and write.table == "task"]


async def test_gb_98_a_task_is_as_its_template_but_for_what_the_rule_says(
    database: Database, clock: VirtualClock
) -> None:
    happened = tagged(clock, "urgent", "cnv_1")
    [task] = await made(database, clock, happened, template="tpl_urgent", priority="critical")
    assert (task["title"], task["description"]) == ("From the template", "Look at cnv_1")
    assert (task["priority"], task["tags"]) == ("urgent", ["a"])


async def test_gb_98_a_template_that_is_gone_keeps_no_task_from_being_made(
    database: Database, clock: VirtualClock
) -> None:
    [task] = await made(database, clock, tagged(clock, "urgent", "cnv_1"), template="tpl_gone", priority="high")
    assert (task["title"], task["priority"]) == ("The rule", "high")


async def test_gb_99_the_same_tag_twice_on_one_page_makes_one_task(database: Database, clock: VirtualClock) -> None:
    page = [
        tagged(clock, tag, talk) for tag, talk in (("urgent", "c1"), ("urgent", "c1"), ("x", "c2"), ("urgent", "c2"))
    ]
    tasks = await made(database, clock, *page, title="one")
    assert [task["context"]["conversation_id"] for task in tasks] == ["c1", "c2"]
