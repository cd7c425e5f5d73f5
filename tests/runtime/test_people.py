"""What is kept of a person: all of it is handed out, and all of it goes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.agenda import Agenda, agenda
from tasktalk.runtime.people import NOBODY, People
from tasktalk.runtime.tasks.messages import Messages
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.tables import metadata
from tasktalk.storage.writes import WriteSet
from tests.databases import IS_POSTGRESQL, url_of
from tests.stage import Stage

SCRIPT = """
secret = HEAR "What is your secret?"
word = HEAR "Which word?"
who = HEAR "Who are you?"
REMEMBER "hobby" = word
SET USER NAME who
t = CREATE TASK who + " needs a xylophone", "for " + who
ADD TASK COMMENT t, "Ask " + who MENTION who
ATTACH FILE TO TASK t, who + ".txt", "a file"
SET SCHEDULE "daily at 10:00", "other.bas", word OVERLAP skip
TALK "You said " + secret
HEAR y
WAIT 5 DAYS
TALK "Five."
"""
SECRET = ("pumpernickel " * 2000).strip()
WORDS = ("pumpernickel", "zitherspiel", "anabella", "quendelkraut")


@pytest.fixture
async def talk(stage: Stage) -> Stage:
    """Anabella has told her secret, and so has somebody else."""
    stage.write(SCRIPT)
    stage.write("HEAR z\n", "other.bas")
    await stage.open()
    for address, *answers in (("anabella.q", SECRET, "zitherspiel", "Anabella"), ("bo", "nothing", "tea", "Bo")):
        for text in ("hello", *answers):
            said = await stage.say(text, contact=address)
        assert said == [f"You said {answers[0]}"]
    await stage.pass_time(timedelta(days=1, hours=2))
    await stage.say("quendelkraut", contact="anabella.q")
    return stage


@asynccontextmanager
async def another(stage: Stage) -> AsyncIterator[People]:
    """As another process that has the same database removes people."""
    database = await Database.open(url_of(stage.database_path))
    try:
        yield People(database)
    finally:
        await database.close()


async def everything(stage: Stage) -> str:
    """All that is in the database, or in the files of it."""
    if not IS_POSTGRESQL:
        assert await stage.database.purge()
        files = [path.read_bytes() for path in stage.folder.glob("test.db*")]
        return b"\n".join(files).decode("latin-1").lower()
    rows = [await stage.rows(table) for table in metadata.tables if table != "program"]
    return repr(rows).lower()


async def test_all_of_it_is_handed_out(talk: Stage) -> None:
    found = await People(talk.database).export("test", "anabella.q", talk.keywords)
    assert found is not None
    told = json.loads(json.dumps(found))
    assert (told["contact"]["address"], told["profile"]["name"]) == ("anabella.q", "Anabella")
    [conversation] = told["conversations"]
    said = [message["text"] for message in conversation["messages"]]
    assert said == [
        *("hello", "What is your secret?", SECRET, "Which word?", "zitherspiel", "Who are you?", "Anabella"),
        *(f"You said {SECRET}", "quendelkraut"),
    ]
    assert [schedule["arguments"] for schedule in conversation["schedules"]] == [["zitherspiel"]]
    assert [run["script"] for run in conversation["runs"]] == ["other.bas", "other.bas"]
    assert [(memory["key"], memory["value"]) for memory in told["memories"]] == [("hobby", "zitherspiel")]
    assert [task["title"] for task in told["tasks"]] == ["Anabella needs a xylophone"]
    assert [comment["text"] for comment in told["comments"]] == ["Ask Anabella"]
    assert [attachment["filename"] for attachment in told["attachments"]] == ["Anabella.txt"]
    assert told["templates"] == []
    assert "task_created" in [event["kind"] for event in told["events"]]
    assert "nothing" not in json.dumps(told)


async def test_what_is_said_about_their_tasks_is_handed_out_and_loses_their_name(talk: Stage) -> None:
    [task] = await talk.rows("task", created_by="anabella.q")
    work = UnitOfWork(talk.database, talk.clock.now())
    by_them = Messages(Tasks(work, Actor("anabella.q", DEFAULT_ORGANISATION, "test")))
    await by_them.add(task["id"], [{"type": "text", "text": "Anabella wants two"}, {"type": "x", "of": ["anabella"]}])
    await work.commit()
    people = People(talk.database)
    found = await people.export("test", "anabella.q", talk.keywords)
    assert found is not None
    [message] = found["task_messages"]
    assert (message["author"], message["content"][0]["text"]) == ("anabella.q", "Anabella wants two")
    assert await people.delete("test", "anabella.q")
    [kept] = await talk.rows("task_message")
    assert (kept["author"], kept["content"]) == (
        NOBODY,
        [{"type": "text", "text": f"{NOBODY} wants two"}, {"type": "x", "of": [NOBODY]}],
    )
    assert "anabella" not in await everything(talk)


async def test_the_variables_of_a_waiting_talk_have_their_names(stage: Stage) -> None:
    stage.write('town = "Recife"\nf 3\nTALK town\nSUB f(n)\n  HEAR x\n  TALK n + town\nEND SUB\n')
    await stage.open()
    await stage.say("hi")
    found = await People(stage.database).export("test", "ana", stage.keywords)
    assert found is not None
    [session] = found["conversations"][0]["sessions"]
    assert session["variables"] == {"town": "Recife", "n": 3}


async def test_nobody_is_known_there(talk: Stage) -> None:
    people = People(talk.database)
    assert await people.export("test", "carl", talk.keywords) is None
    assert await people.export("schedule", "other.bas", talk.keywords) is None
    before = await talk.rows("message")
    assert not await people.delete("web", "anabella.q")
    assert await talk.rows("message") == before


async def test_no_word_of_theirs_is_left(talk: Stage) -> None:
    before = await everything(talk)
    assert [word for word in WORDS if word not in before] == []
    bo = await talk.rows("message", conversation_id=(await talk.rows("conversation"))[1]["id"])
    assert await People(talk.database).delete("test", "anabella.q")
    for _ in range(2):
        after = await everything(talk)
        assert [word for word in WORDS if word in after] == []
        while await talk.database.shrink():
            continue
    assert [contact["address"] for contact in await talk.rows("contact")] == ["bo"]
    assert await talk.rows("message") == bo
    assert len(await talk.rows("schedule")) == 1
    tasks = {task["title"]: task for task in await talk.rows("task")}
    assert f"{NOBODY} needs a xylophone" in tasks
    gone = tasks[f"{NOBODY} needs a xylophone"]
    assert (gone["created_by"], gone["assignee"]) == (NOBODY, f"for {NOBODY}")
    [comment] = await talk.rows("comment", task_id=gone["id"])
    assert (comment["author"], comment["text"], comment["mentions"]) == (NOBODY, f"Ask {NOBODY}", [NOBODY])
    [attachment] = await talk.rows("attachment", task_id=gone["id"])
    assert (attachment["uploaded_by"], attachment["filename"]) == (NOBODY, f"{NOBODY}.txt")
    events = await talk.rows("event", subject_id=gone["id"])
    assert {event["actor"] for event in events} == {NOBODY}


async def test_who_writes_again_is_somebody_new(talk: Stage) -> None:
    assert await People(talk.database).delete("test", "anabella.q")
    assert not await People(talk.database).delete("test", "anabella.q")
    assert await talk.say("hello again", contact="anabella.q") == ["What is your secret?"]
    conversations = await talk.rows("conversation")
    assert [row["sequence"] for row in await talk.rows("message", conversation_id=conversations[-1]["id"])] == [1, 2]
    await talk.pass_time(timedelta(days=10))
    assert [row["text"] for row in await talk.rows("message", conversation_id=conversations[-1]["id"])] == [
        "hello again",
        "What is your secret?",
    ]


def holding_the_commit(stage: Stage) -> tuple[asyncio.Event, asyncio.Event]:
    """The next turn sets the first event before it is committed, and waits for the second one."""
    ready, go = asyncio.Event(), asyncio.Event()
    commit = stage.database.commit

    async def slow(writes: WriteSet) -> None:
        if any(write.table == "session" for write in writes.writes):
            ready.set()
            await go.wait()
        await commit(writes)

    stage.database.commit = slow  # type: ignore[method-assign]
    return ready, go


async def test_a_turn_that_is_under_way_does_not_come_back(stage: Stage) -> None:
    stage.write('HEAR x\nREMEMBER "x" = x\nTALK "You said " + x\nHEAR y\n')
    await stage.open()
    await stage.say("hi")
    ready, go = holding_the_commit(stage)
    receipt = await stage.receive("pumpernickel")
    answer = asyncio.create_task(stage.answer(receipt))
    await ready.wait()
    async with another(stage) as people:
        assert await people.delete("test", "ana")
    go.set()
    assert await answer == []
    await stage.engine.settle()
    for table in ("contact", "conversation", "session", "message", "memory", "timer"):
        assert await stage.rows(table) == []


async def test_a_message_that_is_stored_with_its_turn_makes_nobody_known_again(stage: Stage) -> None:
    stage.write('HEAR x\nTALK "You said " + x\nHEAR y\n')
    await stage.open()
    await stage.say("hi")
    ready, go = holding_the_commit(stage)
    answer = asyncio.create_task(stage.converse("pumpernickel"))
    await ready.wait()
    async with another(stage) as people:
        assert await people.delete("test", "ana")
    go.set()
    assert await answer == []
    await stage.engine.settle()
    for table in ("contact", "conversation", "session", "message"):
        assert await stage.rows(table) == []


async def test_who_waits_for_an_answer_does_not_wait_for_ever(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.write('HEAR x\nTALK "You said " + x\n')
    await stage.open(warm_conversations=0)
    await stage.say("hi")
    reading, go = asyncio.Event(), asyncio.Event()

    async def late(*given: Any, **more: Any) -> Agenda | None:
        reading.set()
        await go.wait()
        return await agenda(*given, **more)

    monkeypatch.setattr("tasktalk.runtime.turns.agenda", late)
    receipt = await stage.receive("pumpernickel")
    await reading.wait()
    answer = asyncio.create_task(stage.answer(receipt))
    await asyncio.sleep(0)
    async with another(stage) as people:
        assert await people.delete("test", "ana")
    go.set()
    assert await answer == []


@pytest.mark.parametrize("instant", range(6))
@pytest.mark.parametrize("is_answered", [False, True])
async def test_a_message_that_comes_in_at_any_instant(stage: Stage, instant: int, *, is_answered: bool) -> None:
    """Before each commit of the removal. All of them goes, or who removes is told that they are known anew."""
    stage.write(
        """
        who = user
        REMEMBER "who" = who, "1 day"
        x = CREATE TASK "for " + who
        DO
          HEAR y
          x = CREATE TASK "again for " + who
          REMEMBER "word" = y + who
        LOOP
        """
    )
    await stage.open()
    await stage.say("hello", contact="anabella.q")
    await stage.say("pumpernickel", contact="anabella.q")
    await stage.say("tea", contact="bo")
    tasks = [task["title"] for task in await stage.rows("task")]
    assert tasks == ["for anabella.q", "again for anabella.q", "for bo"]
    async with another(stage) as people:
        commits, commit = 0, people._database.commit

        async def disturbed(writes: WriteSet) -> None:
            nonlocal commits
            commits += 1
            if commits == instant + 1:
                receipt = await stage.receive("quendelkraut", contact="anabella.q")
                if is_answered:
                    await stage.answer(receipt)
            await commit(writes)

        people._database.commit = disturbed  # type: ignore[method-assign]
        assert await people.delete("test", "anabella.q")
        assert commits >= 3
        is_known = await people.is_known("test", "anabella.q")
    await stage.engine.settle()
    left = await everything(stage)
    assert "pumpernickel" not in left
    if not is_known:
        assert [word for word in WORDS if word in left] == []
    assert len(await stage.rows("task", created_by=NOBODY)) >= 2
    assert [row["address"] for row in await stage.rows("contact") if row["address"] != "anabella.q"] == ["bo"]


async def test_workflows_stay_without_the_person(stage: Stage) -> None:
    stage.write('CREATE WORKFLOW "For ${user}"\n  STEP "Welcome ${user}"\n  STEP "Desk"\nEND WORKFLOW')
    await stage.open()
    await stage.say("hello", contact="anabella.q")
    assert await People(stage.database).delete("test", "anabella.q")
    [workflow] = await stage.rows("workflow")
    assert (workflow["name"], workflow["created_by"]) == (f"For {NOBODY}", NOBODY)
    assert sorted(row["name"] for row in await stage.rows("workflow_step")) == ["Desk", f"Welcome {NOBODY}"]
    assert "anabella" not in await everything(stage)
