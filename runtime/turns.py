"""A turn: one input of a conversation, taken from the store, run through its script, committed with all its effects.

The write set holds everything (input used up, state, messages, tasks, events, timer), and every row that it changes is
named with what it must still be. So a process that dies before the commit leaves the input to be taken again with
nothing done, and after the commit the input is gone.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.session import Session
from tasktalk.runtime import opting_out
from tasktalk.runtime.about import Secrets, about
from tasktalk.runtime.agenda import Agenda, Heard, RunIsDue, TimeIsUp, agenda
from tasktalk.runtime.arrivals import Arrival, Elsewhere, Line, Lines
from tasktalk.runtime.closing import Closing
from tasktalk.runtime.customs import Customs
from tasktalk.runtime.driving import Ending, Suspended
from tasktalk.runtime.expiry import expired, set_expiry
from tasktalk.runtime.failures import failure
from tasktalk.runtime.handover import hold
from tasktalk.runtime.internal import INTERNAL_CHANNELS
from tasktalk.runtime.last_answer import keep, recall
from tasktalk.runtime.preparation import Preparation
from tasktalk.runtime.restoring import is_secret, request_of
from tasktalk.runtime.runs import ends
from tasktalk.runtime.runs.beginning import Begun
from tasktalk.runtime.runs.helping import asks
from tasktalk.runtime.scene import Arguments, Scene
from tasktalk.runtime.sent_files import said
from tasktalk.runtime.sources import Sources
from tasktalk.runtime.surroundings import Surroundings
from tasktalk.runtime.suspects import Suspects
from tasktalk.runtime.turn import Said, Turn
from tasktalk.runtime.warm import Known, Warm
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations
from tasktalk.storage.database import DatabaseError
from tasktalk.storage.writes import Conflict, Row, WriteSet

_CONFLICTS = 5
_FETCHED = 100  # messages at once

_log = logging.getLogger("tasktalk.turn")


class Turns:
    """Takes the turns of conversations. For one conversation only one `take_all` may be under way at a time."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self.suspects = Suspects(
            surroundings.database, surroundings.clock, surroundings.sharing, surroundings.conduct.parked_after
        )
        self._sources = Sources(surroundings.database, surroundings.clock, surroundings.bots)
        self._ready = Preparation(surroundings, self._sources)
        self._lines = Lines()
        self._secrets = Secrets()
        self._fought_over: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.warm = Warm(surroundings.warm_conversations)
        """What is known of conversations; whoever changes something of one outside of its turns tells it."""
        self._closing = Closing(surroundings, self.suspects, self._lines, self.warm)

    async def keep_sources(self) -> None:
        """Stores the sources of all scripts that are new or have changed."""
        await self._sources.keep()

    def look(self, conversation_id: str) -> None:
        """The next `take_all` looks into the store: something may be to do there."""
        self._lines.of(conversation_id).must_look = True

    def fetch(self, conversation_id: str) -> None:
        """The next `take_all` fetches messages that another process has stored; nothing else has changed."""
        self._lines.of(conversation_id).has_mail = True

    def arrive(self, arrival: Arrival) -> None:
        """A message has come that the next `take_all` hears."""
        self._lines.of(arrival.conversation_id).arrivals.append(arrival)

    def begin(self, begun: Begun) -> None:
        """A run has come, with its row, that the next `take_all` begins."""
        self._lines.of(begun.conversation_id).runs.append(begun)
        if begun.conversation is not None:
            self._around.sequences.begin(begun.conversation_id)
            self.warm.begin(begun.conversation)

    def stop(self) -> None:
        """Nothing is taken any more: tells those who wait for an answer."""
        self._lines.leave(Elsewhere())

    async def take_all(self, conversation_id: str) -> None:
        """Takes turns until all that was there to do at the time of the call is done.

        Raises DatabaseError when they cannot be stored.
        """
        line, conflicts = self._lines.of(conversation_id), 0
        alone: asyncio.Lock | None = None
        try:
            with about(conversation=conversation_id):
                while not line.is_empty:
                    if not self._around.sharing.drives(conversation_id):
                        break
                    if line.has_mail:
                        await self._fetch(conversation_id, line)
                        continue
                    known = self.warm.take(conversation_id)
                    todo = self._at_hand(line, known) or await self._stored(conversation_id, line, known)
                    if todo is None:
                        continue
                    take = self._take_suspect if self.suspects.may_be_any else self._take
                    try:
                        if alone is None:
                            await take(todo)
                        else:
                            async with alone:
                                await (take(todo) if conflicts <= _CONFLICTS else self._give_up(todo))
                        conflicts, alone = 0, None
                    except Conflict as conflict:
                        if not await self._is_taken_again(todo, line, conflict):
                            break
                        # Of many who change the same, one is the first: from here on the others do it in turn.
                        conflicts, alone = conflicts + 1, self._fought_over[conflict.table]
                        if conflicts > 2 * _CONFLICTS:
                            raise
                else:
                    return
            line.must_look = line.has_mail = False
            line.runs.clear()
            line.leave(Elsewhere())
        except BaseException as error:
            # What is stored is found by looking; who waits for an answer finds it there.
            line.must_look = True
            line.leave(error if isinstance(error, DatabaseError) else Elsewhere())
            raise
        finally:
            self.warm.release(conversation_id)
            self._lines.close(conversation_id)

    async def _is_taken_again(self, todo: Agenda, line: Line, conflict: Conflict) -> bool:
        """After a turn of which nothing has happened: False when another process has begun to take the turns."""
        around, conversation_id = self._around, todo.conversation["id"]
        self.warm.forget(conversation_id)
        line.must_look = True
        if around.sharing.note(conflict, conversation_id):
            return False
        # Something that the turn had read is not so any more.
        _log.info("a turn of %s is taken again: %s", conversation_id, conflict)
        around.meters.turns.add(todo.conversation["bot"], "conflict")
        await around.sequences.correct(conversation_id)
        if conflict.table == "session":
            self._sources.doubt()
        if isinstance(todo.input, Heard) and not todo.input.is_stored:
            await self._drop(line, todo.input.message)
        return True

    async def _give_up(self, todo: Agenda) -> None:
        """Ends a turn of which nothing would ever happen."""
        lost = ScriptError("conflict", "others kept changing what this script changes")
        await self._fail(self._ready.scene(todo, self._receiver(todo)), lost)

    def _at_hand(self, line: Line, known: Known | None) -> Agenda | None:
        """What is first of what stands in line, if nothing but messages, or nothing but runs, are known to be there;
        None where that has to be read."""
        if known is None or line.must_look or self._around.gathering is not None:
            return None
        now, arrival = self._around.clock.now(), line.first
        if arrival is None:
            begun = line.runs.pop(0)
            return None if begun.run is None else known.agenda(RunIsDue(begun.run, begun.task, begun.known_at), now)
        return None if line.runs else known.agenda(Heard(arrival.row, arrival), now)

    async def _stored(self, conversation_id: str, line: Line, known: Known | None) -> Agenda | None:
        """What the conversation has to do, from the store; None when nothing of what stood in line is left to do."""
        around, now, arrival = self._around, self._around.clock.now(), line.first
        line.must_look, stood_in_line = False, len(line.arrivals)
        line.runs.clear()  # they are stored, and found
        arriving = arrival if arrival is not None and not arrival.is_stored else None
        asked = around.database.looks  # what was read at different moments is compared by the commit
        found = await agenda(asked, conversation_id, now, around.pushed, arriving=arriving, gathering=around.gathering)
        if found is None:
            line.leave(Elsewhere(), stood_in_line)  # their turns have been taken; others may have come since
            if known is not None:  # where their turns were taken, its sessions may not be as they were
                self.warm.give_back(conversation_id, known.doubted if stood_in_line else known)
            return None
        line.must_look = line.must_look or found.has_more
        return found._replace(live=known.live) if known else found

    async def _fetch(self, conversation_id: str, line: Line) -> None:
        """Lets what has come in at other processes stand in line."""
        line.has_mail = False
        rows = await conversations.unheard(self._around.database.looks, conversation_id, _FETCHED)
        if len(rows) == _FETCHED or any(row["attempts"] for row in rows):  # there may be more than these, or than known
            line.must_look = True
        else:
            line.arrive(rows)

    async def _drop(self, line: Line, message: Row) -> None:
        """After a conflict, lets go of a message that is not stored and is not to be."""
        conversation_id, provider_id = message["conversation_id"], message["provider_id"]
        async with self._around.database.read() as reader:
            if await conversations.by_id(reader, conversation_id) is None:
                # Its contact was deleted meanwhile, and would be known again because of it.
                line.answered(message["id"], [])
                return
            if provider_id is None or not await conversations.message_by_provider_id(
                reader, conversation_id, provider_id
            ):
                return
        # The same delivery was taken in before, or by another process: it is stored, and found by looking.
        if (first := line.first) is not None and first.row is message:
            line.arrivals.pop(0).fail(Elsewhere())

    def _receiver(self, todo: Agenda) -> Row | None:
        """The waiting session that the input is for, if it is for one."""
        match todo.input:
            case Heard():
                return todo.listening
            case TimeIsUp(timer):
                return todo.session(timer["session_id"])
        return None

    async def _take_suspect(self, todo: Agenda) -> None:
        if not await self.suspects.has(todo.input):
            await self._take(todo)
            return
        async with self.suspects.attempt(todo) as hopeless:
            if hopeless is None:
                await self._take(todo)
            else:
                await self._fail(self._ready.scene(todo, self._receiver(todo)), hopeless, status="parked")

    async def _take(self, todo: Agenda) -> None:
        try:
            customs = self._around.conduct.customs(todo.conversation["channel"])
            if customs.stop_words and await self._is_opting_out(todo, customs):
                return
            if todo.conversation["with_person_since"] is not None:
                await self._stay_silent(todo)
            else:
                await self._play(todo)
        except (Conflict, DatabaseError):
            raise
        except Exception as error:
            # It would come again with the same input, and nobody would ever get past it: so this turn has failed.
            await self._fail(self._ready.scene(todo, self._receiver(todo)), error)

    def _play(self, todo: Agenda) -> Awaitable[None]:
        match todo.input:
            case Heard(message) as heard:
                if (listening := todo.listening) is not None:
                    return self._resume(todo, listening, said(message))
                is_for_others = todo.sessions or heard.only_for is not None
                return self._leave_unheard(todo) if is_for_others else self._begin(todo, None)
            case TimeIsUp(timer):
                return self._go_on(todo, timer)
            case RunIsDue(run):
                return self._begin(todo, run)

    async def _go_on(self, todo: Agenda, timer: Row) -> None:
        """What a session waited for is there: a moment."""
        late = self._around.clock.now() - timer["due_at"]
        self._around.meters.late.observe(late.total_seconds(), "timer")
        session = todo.session(timer["session_id"])
        if session is not None and timer["is_expiry"]:
            await self._expire(todo, session)
        elif session is not None:
            await self._resume(todo, session, None)
        else:
            writes = WriteSet()
            writes.delete("timer", {"id": timer["id"]})
            await self._write(todo, writes)

    async def _is_opting_out(self, todo: Agenda, customs: Customs) -> bool:
        """Whether the message is a word for the channel, and none for a script: then it is taken in."""
        work = UnitOfWork(self._around.database, self._around.clock.now())
        said = opting_out.take_in(todo, customs, work)
        if said is not None:
            await self._closing.commit(self._ready.scene(todo), work.writes, said, None, heard="unheard")
        return said is not None

    async def _expire(self, todo: Agenda, session: Row) -> None:
        scene = self._ready.scene(todo, session)
        writes = await expired(self._around.database, session, scene.now, todo.conversation["bot"])
        await self._closing.commit(scene, writes, [], None)

    async def _stay_silent(self, todo: Agenda) -> None:
        """A person has the conversation: messages are for them, and everything else can wait."""
        if isinstance(todo.input, Heard):
            await self._leave_unheard(todo)
        else:
            await self._write(todo, hold(todo.input))

    async def _write(self, todo: Agenda, writes: WriteSet) -> None:
        self._around.sharing.demand(writes, todo.conversation["id"])
        self.suspects.clear(writes, todo.input)
        await self._around.database.commit(writes)

    async def _begin(self, todo: Agenda, run: Row | None) -> None:
        """A new session: of the bot's first script, or of the one that is to be run."""
        bots, bot = self._around.bots, todo.conversation["bot"]
        try:
            if run is not None and run["program_id"]:
                program = await self._ready.program(run["program_id"])
            else:
                program = bots.start(bot) if run is None else bots.script(run["bot"], run["script"])
            await self._sources.keep()
        except Refused as refused:
            raise ScriptError(refused.code, refused.message, hint=refused.hint) from None
        scene = self._ready.scene(todo, program=program)
        turn = await self._ready.turn(scene, program)
        session = Session(
            program,
            turn,
            bots.scripts(bot),
            timer=self._around.driver.timer,
        )
        handler = run["handler"] or None if run else None
        arguments = scene.arguments or _from_task(program, turn)
        await self._perform(scene, turn, session, self._around.driver.start(session, turn, arguments, handler))

    async def _resume(self, todo: Agenda, row: Row, given: str | None) -> None:
        """Gives a waiting session its input."""
        request = request_of(row)
        self._secrets.resume(row["id"], given if is_secret(row) else None)
        program = await self._ready.program(row["program_id"])
        scene = self._ready.scene(todo, row, program)
        turn = await self._ready.turn(scene, program)
        recall(turn, request, has_message=given is not None)
        session = await self._ready.session(scene, row, turn)
        keyword = self._around.keywords.get(row["wait_keyword"])
        if keyword is None:
            raise ScriptError("internal", f"there is no {row['wait_keyword']} any more")
        going_on = self._around.driver.resume(session, turn, keyword, request, given)
        await self._perform(scene, turn, session, going_on)

    async def _perform(self, scene: Scene, turn: Turn, session: Session, run: Awaitable[Ending]) -> None:
        try:
            ending = await run
            turn.check_closed()
            state = session.dump() if isinstance(ending, Suspended) else b""
        except (Conflict, DatabaseError):
            raise  # of a step: none of the turn happened, and it is taken again
        except Exception as error:
            await self._fail(scene, error, turn, session.spent_seconds)
            return
        await self._sources.keep()  # a script that was called may have been edited a moment ago
        writes = turn.work.writes
        turn.profile.write(writes)
        report: dict[str, Any] = {
            "script": turn.script,
            "printed": tuple(turn.printed),
            "is_typing": turn.is_typing,
            "steps": turn.step_reports(scene.began),
            "computing_seconds": session.spent_seconds,
        }
        left: Row | None = None
        if isinstance(ending, Suspended):
            waiting = ending.waiting
            if waiting.for_ == "message" and turn.run_id is not None:
                await asks(turn.work, turn.run_id, scene.task_id)
            left = scene.suspend(writes, ending.keyword.phrase, keep(turn, waiting, scene.own_route), state)
            if expires_at := set_expiry(scene, writes, waiting, self._around.conduct.session_expires_after):
                left = {**left, "due_at": expires_at}
            report |= {"status": "waiting", "waits_for": waiting.for_, "until": waiting.until}
        else:
            await ends.completed(turn, ending.value)
            scene.end(writes, ending.value)
            report |= {"status": "ended", "value": ending.value}
        await self._closing.commit(scene, writes, turn.messages(), report, turn, left=(left, session) if left else None)

    async def _leave_unheard(self, todo: Agenda) -> None:
        """Nobody waits for a message: it stays in the conversation, and answers no later question."""
        await self._closing.commit(self._ready.scene(todo), WriteSet(), [], None, heard="unheard")

    async def _fail(
        self,
        scene: Scene,
        error: Exception,
        turn: Turn | None = None,
        computing_seconds: float = 0.0,
        status: str = "heard",
    ) -> None:
        """Nothing that the script did is kept: only that it failed, and the apology. `status` is for a message."""
        bot = scene.agenda.conversation["bot"]
        found = failure(
            error, scene.turn_id, bot, scene.program.name if scene.program else "", self._ready.source(scene, error)
        )
        work = UnitOfWork(self._around.database, scene.now)
        of_run = await ends.failed(work, scene.run_id, bot, found.error.message, found.error.code)
        writes = work.writes
        scene.fail(writes, found, bot, of_run)
        is_heard = scene.agenda.conversation["channel"] not in INTERNAL_CHANNELS
        apology = found.apology(turn.language if turn else None)
        place = found.error.span
        report = {
            "status": "failed",
            "undone": tuple(said.text for said in turn.said) if turn else (),
            "printed": tuple(turn.printed) if turn else (),
            "script": turn.script if turn else "",
            "steps": turn.step_reports(scene.began) if turn else (),
            "error": found.rendered,
            "error_code": found.error.code,
            "error_script": found.error.script,
            "error_line": place.line if place else None,
            "reference": found.reference,
            "computing_seconds": computing_seconds,
        }
        await self._closing.commit(scene, writes, [Said(apology)] if is_heard else [], report, heard=status)


def _from_task(program: Program, turn: Turn) -> Arguments:
    """What the context of the task that is run has for the script's PARAMs, by name; nothing where there is no task."""
    if turn.task is None:
        return ()
    context = {name.lower(): value for name, value in turn.task.context.items()}
    return {p.name: context.get(p.name.lower()) for p in program.parameters}
