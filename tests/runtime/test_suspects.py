"""An input whose turn ends the process each time is parked, and nobody else with it."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime import workers
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.deliveries import put_back
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.suspects import Suspects
from tasktalk.runtime.turn import Turn
from tasktalk.storage import conversations, deliveries
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet
from tests.databases import url_of
from tests.patience import PATIENCE
from tests.runtime.killed import EXIT
from tests.stage import BOT, Stage

ATTEMPTS = Conduct().parked_after

ASKING = 'TALK "Hello."\nDO\n  HEAR word\n  TAKE IN word\n  TALK "You said " + word\nLOOP\n'


class Deadly:
    """The words with which a turn never ends, as if its process had."""

    def __init__(self, stage: Stage) -> None:
        self.words = {"die"}
        self.begun: list[str] = []
        self._stage, self._has_begun = stage, asyncio.Event()

    async def take_in(self, word: str) -> None:
        if word in self.words:
            self.begun.append(word)
            self._has_begun.set()
            await asyncio.Event().wait()

    async def live(self, count: int = 1) -> None:
        """A process is started, and comes to so many turns in which it will die."""
        before = len(self.begun)
        await self._stage.open()
        await self.meet(before + count)

    async def meet(self, count: int) -> None:
        """Returns when so many such turns have begun."""
        while len(self.begun) < count:
            self._has_begun.clear()
            await self._has_begun.wait()

    async def die(self) -> None:
        """It dies: what it would do in stopping it does not do."""

        async def nothing(_: Suspects) -> None:
            return

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Suspects, "forgive", nothing)
            await self._stage.close()


@pytest.fixture
def deadly(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Deadly:
    made = Deadly(stage)

    @keyword("TAKE IN <word>", returns="nothing")
    async def take_in(turn: Turn, word: str) -> None:
        """Is where the process ends, for some words."""
        await made.take_in(word)

    stage.keywords.add(take_in)
    stage.write(ASKING)
    monkeypatch.setattr(workers, "STOP_SECONDS", 0.0)
    return made


async def leave(stage: Stage, text: str, contact: str = "ana") -> None:
    """A message comes in, and its process dies before it has taken it up."""
    database = await Database.open(url_of(stage.database_path))
    now, writes = stage.clock.now(), WriteSet()
    async with database.read() as reader:
        known = await conversations.of_contact(reader, BOT, "test", contact)
        assert known is not None
        sequence = 1 + await conversations.last_sequence(reader, known["conversation_id"])
    row = {"id": new_id("msg", now), "conversation_id": known["conversation_id"], "sequence": sequence}
    writes.insert("message", {**row, "direction": "in", "text": text, "status": "pending", "created_at": now})
    await database.commit(writes)
    await database.close()


async def met(stage: Stage, *contacts: str) -> None:
    """The contacts have begun to talk, and nothing is left to do."""
    await stage.open()
    for contact in contacts:
        await stage.say("hi", contact)
    await stage.close()


async def attempts(stage: Stage) -> list[int]:
    return [row["attempts"] for row in await stage.rows("suspect")]


async def test_it_is_tried_three_times_and_then_parked(
    stage: Stage, deadly: Deadly, caplog: pytest.LogCaptureFixture
) -> None:
    await met(stage, "ana")
    await leave(stage, "die")
    for number in range(1, ATTEMPTS + 1):
        await deadly.live()
        assert await attempts(stage) == [number]
        await deadly.die()
    await stage.open()
    await stage.engine.settle()
    assert deadly.begun == ["die"] * ATTEMPTS
    assert await attempts(stage) == []
    [message] = await stage.rows("message", text="die")
    assert message["status"] == "parked"
    [session] = await stage.rows("session")
    assert (session["status"], session["error"]["code"]) == ("failed", "parked")
    [event] = await stage.rows("event")
    assert (event["kind"], event["subject_id"]) == ("turn_failed", session["id"])
    apology = (
        f"Sorry, something went wrong on our side. If you ask for help, please quote {session['error']['reference']}."
    )
    assert await stage.transcript(message["conversation_id"]) == ["> hi", "Hello.", "> die", apology]
    assert f"{message['id']} is parked: 3 processes ended while they took it in" in caplog.text
    assert await stage.say("hi") == ["Hello."]
    assert await stage.say("on") == ["You said on"]


async def test_what_comes_behind_it_is_taken_in_once_it_is_parked(stage: Stage, deadly: Deadly) -> None:
    await met(stage, "ana")
    await leave(stage, "die")
    await leave(stage, "on")
    for _ in range(ATTEMPTS):
        await deadly.live()
        await deadly.die()
    await stage.open()
    await stage.engine.settle()
    [message] = await stage.rows("message", text="on")
    assert message["status"] == "heard"
    assert (await stage.transcript(message["conversation_id"]))[-1] == "Hello."


async def test_who_was_only_beside_it_gets_through(stage: Stage, deadly: Deadly) -> None:
    others = [f"contact {number}" for number in range(6)]
    await met(stage, "ana", *others)
    for number, contact in enumerate(others):
        if number == 3:
            await leave(stage, "die")
        await leave(stage, contact, contact)
    deadly.words = {"die", *others}
    await deadly.live(count=7)  # all at once, for nobody is known to be deadly
    assert await attempts(stage) == [1] * 7
    await deadly.die()
    await deadly.live()  # one by one, whoever it is
    assert sorted(await attempts(stage)) == [1, 1, 1, 1, 1, 1, 2]
    await deadly.die()
    deadly.words = {"die"}
    while deadly.begun.count("die") < ATTEMPTS:
        await deadly.live()
        await deadly.die()
    await stage.open()
    await stage.engine.settle()
    heard = await stage.rows("message", direction="in", status="heard")
    parked = await stage.rows("message", status="parked")
    assert ({row["text"] for row in heard}, [row["text"] for row in parked]) == ({"hi", *others}, ["die"])
    assert deadly.begun.count("die") == ATTEMPTS


async def test_a_server_that_is_stopped_in_a_long_turn_counts_nothing(stage: Stage, deadly: Deadly) -> None:
    await met(stage, "ana")
    await leave(stage, "die")
    await deadly.live()
    await deadly.die()
    for _ in range(ATTEMPTS + 1):
        await deadly.live()
        assert await attempts(stage) == [2]
        await stage.close()
    deadly.words = set()
    await stage.open()
    await stage.engine.settle()
    assert [row["status"] for row in await stage.rows("message", text="die")] == ["heard"]


async def test_what_comes_while_the_process_lives_costs_nothing(
    stage: Stage, deadly: Deadly, monkeypatch: pytest.MonkeyPatch
) -> None:
    await met(stage, "ana", "ben")
    await leave(stage, "on", "ben")
    noted: list[str] = []
    commit = Database.commit

    async def noting(self: Database, writes: WriteSet) -> None:
        noted.extend(type(write).__name__ for write in writes.writes if write.table == "suspect")
        await commit(self, writes)

    monkeypatch.setattr(Database, "commit", noting)
    await stage.open()
    await stage.engine.settle()
    assert noted == ["Insert", "Delete"]
    for text in ("one", "two"):
        assert await stage.say(text) == [f"You said {text}"]
        await stage.engine.settle()
    assert noted == ["Insert", "Delete"]


async def test_a_wait_that_ends_the_process_each_time_fails_its_session(stage: Stage, deadly: Deadly) -> None:
    stage.write('WAIT 1 HOURS\nTAKE IN "die"\n')
    await met(stage, "ana")
    assert isinstance(stage.clock, VirtualClock)
    stage.clock.advance(timedelta(hours=1))
    for _ in range(ATTEMPTS):
        await deadly.live()
        await deadly.die()
    await stage.open()
    await stage.engine.settle()
    [session] = await stage.rows("session")
    assert (session["status"], session["error"]["code"]) == ("failed", "parked")
    assert (await stage.rows("timer"), await stage.rows("suspect")) == ([], [])
    [apology] = await stage.rows("message", direction="out")
    assert apology["text"].startswith("Sorry")


async def test_a_run_that_ends_the_process_each_time_has_failed(stage: Stage, deadly: Deadly) -> None:
    stage.write('TAKE IN "die"\n')
    await stage.open()
    await stage.engine.callers.begin(BOT, "start.bas", "test", "ana", {})
    await deadly.meet(1)
    await deadly.die()
    for _ in range(ATTEMPTS):
        await deadly.live()
        await deadly.die()
    await stage.open()
    await stage.engine.settle()
    [run] = await stage.rows("run")
    assert (run["status"], run["error"]["code"], run["ended_at"]) == ("failed", "parked", stage.clock.now())
    assert await stage.rows("suspect") == []


async def test_one_that_is_parked_can_be_tried_again_when_its_cause_is_gone(stage: Stage, deadly: Deadly) -> None:
    await met(stage, "ana")
    await leave(stage, "die")
    for _ in range(ATTEMPTS):
        await deadly.live()
        await deadly.die()
    await stage.open()
    await stage.engine.settle()
    await stage.say("hi")
    async with stage.database.read() as reader:
        [parked] = await deliveries.listed(reader, "parked", 10)
    deadly.words = set()
    assert await put_back(stage.database, stage.clock.now(), [parked["id"]], "ben") == [parked["id"]]
    await stage.reopen()
    await stage.engine.settle()
    assert (await stage.transcript(parked["conversation_id"]))[-1] == "You said die"
    assert await stage.say("more") == ["You said die", "You said more"]


def test_a_process_that_is_really_ended_is_ended_four_times(stage: Stage) -> None:
    stage.write('TALK "Hello."\nEND PROCESS\n')
    command = [sys.executable, "-m", "tests.runtime.killed", url_of(stage.database_path), str(stage.folder / "bots")]
    root = Path(__file__).parents[2]
    codes, logs = [], []
    for text in ("die", *[""] * (ATTEMPTS + 2)):
        done = subprocess.run([*command, text], cwd=root, capture_output=True, text=True, timeout=PATIENCE, check=False)
        codes.append(done.returncode)
        logs.append(done.stderr)
    assert codes == [EXIT] * (1 + ATTEMPTS) + [0, 0], logs
    assert "is parked: 3 processes ended while they took it in" in logs[-2]
    asyncio.run(is_parked(stage))


async def is_parked(stage: Stage) -> None:
    await stage.open()
    inbound, apology = sorted(await stage.rows("message"), key=lambda row: row["sequence"])
    await stage.close()
    assert (inbound["status"], inbound["text"]) == ("parked", "die")
    assert apology["text"].startswith("Sorry")
