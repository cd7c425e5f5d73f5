"""A turn: one input of a conversation, taken from the store, run through its script, committed with all its effects.

The write set holds everything (input used up, state, messages, tasks, events, timer), and every row that it changes is
named with what it must still be. So a process that dies before the commit leaves the input to be taken again with
nothing done, and after the commit the input is gone.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.session import Session
from tasktalk.runtime.about import Secrets, about, note
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.agenda import Agenda, Heard, RunIsDue, TimeIsUp, agenda
from tasktalk.runtime.arrivals import Arrival, Elsewhere, Line, Lines
from tasktalk.runtime.bots import Bots, UnknownProgram
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.driving import Driver, Ending, Suspended
from tasktalk.runtime.expiry import expired, set_expiry
from tasktalk.runtime.failures import failure
from tasktalk.runtime.gathering import Gathering
from tasktalk.runtime.handover import hold
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.inbox import Sequences
from tasktalk.runtime.internal import INTERNAL_CHANNELS
from tasktalk.runtime.meters import Meters
from tasktalk.runtime.ports import Message, Outside, TurnReport
from tasktalk.runtime.profile import Profile
from tasktalk.runtime.restoring import is_secret, request_of, restored
from tasktalk.runtime.scene import Arguments, Scene
from tasktalk.runtime.sharing import Sharing
from tasktalk.runtime.sources import Sources
from tasktalk.runtime.steps import Recording
from tasktalk.runtime.suspects import Suspects
from tasktalk.runtime.tasks.model import Actor, Ports, Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.turn import Place, Said, Turn
from tasktalk.runtime.warm import Known, Warm
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations
from tasktalk.storage.database import Database, DatabaseError
from tasktalk.storage.writes import Conflict, Duplicate, Row, WriteSet

_CONFLICTS = 5
_TIMED_OUT = "timed_out"  # in the request of a wait: what TIMEDOUT goes on to be

_log = logging.getLogger("tasktalk.turn")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What turns need of the engine.

    `told` hears of each commit in a conversation; `crash` is called at named instants, for tests.
    """

    database: Database
    clock: Clock
    bots: Bots
    keywords: Keywords
    sequences: Sequences
    sharing: Sharing
    driver: Driver
    pushed: Collection[str]  # the channels whose messages the outbox delivers
    warm_conversations: int
    conduct: Conduct
    gathering: Gathering | None
    task_address: Callable[[str], str] | None  # where programs find the task with this id
    told: Callable[[str, WriteSet, TurnReport | None], None]
    meters: Meters
    recording: Recording
    outside: Outside | None
    crash: Callable[[str], None]


class Turns:
    """Takes the turns of conversations. For one conversation only one `take_all` may be under way at a time."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self.suspects = Suspects(
            surroundings.database, surroundings.clock, surroundings.sharing, surroundings.conduct.parked_after
        )
        self._sources = Sources(surroundings.database, surroundings.clock, surroundings.bots)
        self._lines = Lines()
        self._secrets = Secrets()
        self.warm = Warm(surroundings.warm_conversations)
        """What is known of conversations; whoever changes something of one outside of its turns tells it."""

    async def keep_sources(self) -> None:
        """Stores the sources of all scripts that are new or have changed."""
        await self._sources.keep()

    def look(self, conversation_id: str) -> None:
        """The next `take_all` looks into the store: something may be to do there."""
        self._lines.of(conversation_id).must_look = True

    def arrive(self, arrival: Arrival) -> None:
        """A message has come that the next `take_all` hears."""
        self._lines.of(arrival.conversation_id).arrivals.append(arrival)

    def stop(self) -> None:
        """Nothing is taken any more: tells those who wait for an answer."""
        self._lines.leave(Elsewhere())

    async def take_all(self, conversation_id: str) -> None:
        """Takes turns until all that was there to do at the time of the call is done.

        Raises DatabaseError when they cannot be stored.
        """
        line = self._lines.of(conversation_id)
        try:
            with about(conversation=conversation_id):
                await self._take_all(conversation_id, line)
        except BaseException as error:
            # What is stored is found by looking; who waits for an answer finds it there.
            line.must_look = True
            line.leave(error if isinstance(error, DatabaseError) else Elsewhere())
            raise
        finally:
            self.warm.release(conversation_id)
            self._lines.close(conversation_id)

    async def _take_all(self, conversation_id: str, line: Line) -> None:
        conflicts = 0
        around = self._around
        while around.sharing.drives(conversation_id):
            todo = await self._next(conversation_id, line)
            if todo is None:
                return
            try:
                if conflicts > _CONFLICTS:
                    lost = ScriptError("conflict", "others kept changing what this script changes")
                    await self._fail(self._scene(todo, self._receiver(todo)), lost)
                else:
                    await self._take(todo)
                conflicts = 0
            except Conflict as conflict:
                self.warm.forget(conversation_id)
                line.must_look = True
                if around.sharing.note(conflict, conversation_id):
                    break  # another process has begun to take its turns
                # Something that the turn had read is not so any more: none of it happened, and it is taken again.
                _log.info("a turn of %s is taken again: %s", conversation_id, conflict)
                around.meters.turns.add(todo.conversation["bot"], "conflict")
                await around.sequences.correct(conversation_id)
                if conflict.table == "session":
                    self._sources.doubt()
                if isinstance(todo.input, Heard) and not todo.input.is_stored:
                    await self._drop_repeat(line, todo.input.message)
                conflicts += 1
                if conflicts > 2 * _CONFLICTS:
                    raise
        line.must_look = False
        line.leave(Elsewhere())

    async def _next(self, conversation_id: str, line: Line) -> Agenda | None:
        """What the conversation has to do, from memory if nothing but a message in line is known to be there."""
        around = self._around
        while line.must_look or line.arrivals:
            known, now = self.warm.take(conversation_id), around.clock.now()
            arrival = line.first
            if known is not None and arrival is not None and not line.must_look and around.gathering is None:
                found = known.agenda(arrival, now)
                if found is not None:
                    return found
            line.must_look, stood_in_line = False, len(line.arrivals)
            arriving = arrival if arrival is not None and not arrival.is_stored else None
            async with around.database.read() as reader:
                found = await agenda(
                    reader, conversation_id, now, around.pushed, arriving=arriving, gathering=around.gathering
                )
            if found is not None:
                line.must_look = line.must_look or found.has_more
                return replace(found, live=known.live) if known else found
            line.leave(Elsewhere(), stood_in_line)  # their turns have been taken; others may have come since
        return None

    async def _drop_repeat(self, line: Line, message: Row) -> None:
        """Another process has taken the same delivery in: it is stored, and found by looking."""
        async with self._around.database.read() as reader:
            if message["provider_id"] is None or not await conversations.message_by_provider_id(
                reader, message["conversation_id"], message["provider_id"]
            ):
                return
        if (first := line.first) is not None and first.row is message:
            line.arrivals.popleft().fail(Elsewhere())

    def _receiver(self, todo: Agenda) -> Row | None:
        """The waiting session that the input is for, if it is for one."""
        match todo.input:
            case Heard():
                return todo.listening
            case TimeIsUp(timer):
                return todo.session(timer["session_id"])
        return None

    async def _take(self, todo: Agenda) -> None:
        if not await self.suspects.has(todo.input):
            await self._try(todo)
            return
        async with self.suspects.attempt(todo) as hopeless:
            if hopeless is None:
                await self._try(todo)
            else:
                await self._fail(self._scene(todo, self._receiver(todo)), hopeless, status="parked")

    async def _try(self, todo: Agenda) -> None:
        try:
            await self._take_in(todo)
        except (Conflict, DatabaseError):
            raise
        except Exception as error:
            # It would come again with the same input, and nobody would ever get past it: so this turn has failed.
            await self._fail(self._scene(todo, self._receiver(todo)), error)

    async def _take_in(self, todo: Agenda) -> None:
        if todo.conversation["with_person_since"] is not None:
            await self._stay_silent(todo)
            return
        match todo.input:
            case Heard(message) if todo.listening is not None:
                await self._resume(todo, todo.listening, message["text"])
            case Heard() if todo.sessions:
                await self._leave_unheard(todo)
            case Heard():
                await self._begin(todo, None)
            case TimeIsUp(timer):
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
            case RunIsDue(run):
                await self._begin(todo, run)

    async def _expire(self, todo: Agenda, session: Row) -> None:
        scene = self._scene(todo, session)
        writes = expired(self._around.database, session, scene.now, todo.conversation["bot"])
        await self._commit(scene, writes, [], None)

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
                program = await self._program(run["program_id"])
            else:
                program = bots.start(bot) if run is None else bots.script(run["bot"], run["script"])
            await self._sources.keep()
        except Refused as refused:
            raise ScriptError(refused.code, refused.message, hint=refused.hint) from None
        scene = self._scene(todo, program=program)
        turn = await self._turn(scene, program)
        session = Session(
            program,
            turn,
            bots.scripts(bot),
            timer=self._around.driver.timer,
        )
        handler = run["handler"] if run else None
        arguments = scene.arguments or _from_task(program, turn)
        await self._perform(scene, turn, session, self._around.driver.start(session, turn, arguments, handler))

    async def _resume(self, todo: Agenda, row: Row, given: str | None) -> None:
        """Gives a waiting session its input."""
        request = request_of(row)
        self._secrets.resume(row["id"], given if is_secret(row) else None)
        program = await self._program(row["program_id"])
        scene = self._scene(todo, row, program)
        turn = await self._turn(scene, program)
        turn.timed_out = bool(request.get(_TIMED_OUT))
        session = await self._session(scene, row, turn)
        keyword = self._around.keywords.get(row["wait_keyword"])
        if keyword is None:
            raise ScriptError("internal", f"there is no {row['wait_keyword']} any more")
        going_on = self._around.driver.resume(session, turn, keyword, request, given)
        await self._perform(scene, turn, session, going_on)

    async def _perform(self, scene: Scene, turn: Turn, session: Session, run: Awaitable[Ending]) -> None:
        try:
            ending = await run
            state = session.dump() if isinstance(ending, Suspended) else b""
        except (Conflict, DatabaseError):
            raise  # of a step: none of the turn happened, and it is taken again
        except Exception as error:
            await self._fail(scene, error, turn, session.spent_seconds)
            return
        await self._sources.keep()  # a script that was called may have been edited a moment ago
        writes = turn.work.writes
        turn.profile.write(writes)
        report: dict[str, Any] = {"computing_seconds": session.spent_seconds}
        left: Row | None = None
        if isinstance(ending, Suspended):
            waiting = ending.waiting
            if turn.timed_out:
                waiting = replace(waiting, request={**waiting.request, _TIMED_OUT: True})
            left = scene.suspend(writes, ending.keyword.phrase, waiting, state)
            if expires_at := set_expiry(scene, writes, waiting, self._around.conduct.session_expires_after):
                left = {**left, "due_at": expires_at}
            report |= {"status": "waiting", "waits_for": waiting.for_, "until": waiting.until}
        else:
            scene.end(writes, ending.value)
            report |= {"status": "ended", "value": ending.value}
        await self._commit(scene, writes, turn.messages(), report, turn, left=(left, session) if left else None)

    async def _leave_unheard(self, todo: Agenda) -> None:
        """Nobody waits for a message: it stays in the conversation, and answers no later question."""
        await self._commit(self._scene(todo), WriteSet(), [], None, heard="unheard")

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
            error, scene.turn_id, bot, scene.program.name if scene.program else "", self._source(scene, error)
        )
        writes = WriteSet()
        scene.fail(writes, found, bot)
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
        await self._commit(scene, writes, [Said(apology)] if is_heard else [], report, heard=status)

    async def _commit(
        self,
        scene: Scene,
        writes: WriteSet,
        said: Sequence[Said],
        report: Mapping[str, Any] | None,
        turn: Turn | None = None,
        *,
        left: tuple[Row, Session] | None = None,
        heard: str = "heard",
    ) -> None:
        """Everything of a turn. `left` is the session that waits after it, `heard` what becomes of the message."""
        around, conversation_id = self._around, scene.conversation_id
        await around.sequences.know(conversation_id)
        if isinstance(scene.agenda.input, Heard) and scene.agenda.input.is_stored:
            around.sequences.pass_by(conversation_id, scene.agenda.input.number)
        elsewhere = turn.said_elsewhere if turn else []
        for item in elsewhere:
            if turn and item.conversation_id in turn.opened:
                around.sequences.begin(item.conversation_id)
            else:
                await around.sequences.know(item.conversation_id)
        around.crash("before-turn-commit")
        is_pushed = scene.agenda.conversation["channel"] in around.pushed
        talks = dict.fromkeys((conversation_id, *(item.conversation_id for item in elsewhere)))
        asked_at = perf_counter()
        for again in reversed(range(_CONFLICTS)):
            # From here to the commit there is no await: the messages' numbers are in the order of the commits.
            everything = WriteSet()
            scene.use_up_input(everything, around.sequences, heard)
            self.suspects.clear(everything, scene.agenda.input)
            everything.writes += writes.writes
            messages = scene.say(everything, said, around.sequences, is_pushed)
            scene.say_elsewhere(everything, elsewhere, around.sequences)
            around.sharing.demand(everything, conversation_id)
            try:
                await around.database.commit(everything)
                break
            except Conflict as conflict:
                for talk in talks:
                    await around.sequences.correct(talk)
                # Another process took a message in, and the number with it: nothing that the script did depends on it.
                if not (again and isinstance(conflict, Duplicate) and conflict.table == "message"):
                    raise
        commit = {"commit_seconds": perf_counter() - asked_at, "commit_write_sets": everything.committed_with}
        around.crash("after-turn-commit")
        if isinstance(scene.agenda.input, Heard):
            carried = scene.carried(messages, is_pushed)
            self._lines.of(conversation_id).answered(scene.agenda.input.message["id"], carried)
        around.told(
            conversation_id, writes, None if report is None else _report(scene, messages, turn, {**report, **commit})
        )
        for talk in list(talks)[1:]:
            self.warm.forget(talk)
            around.told(talk, WriteSet(), None)
        self._keep_warm(scene, writes, left, is_pushed=is_pushed)

    def _keep_warm(self, scene: Scene, writes: WriteSet, left: tuple[Row, Session] | None, *, is_pushed: bool) -> None:
        """What the conversation is like after a commit, unless that has to be read."""
        todo = scene.agenda
        others = [row for row in todo.sessions if row["id"] != scene.session_id]
        live = {row["id"]: todo.live[row["id"]] for row in others if row["id"] in todo.live}
        if left is not None:
            row, session = left
            # In the order in which they began: it is the youngest that hears.
            others.insert(len(others) if scene.session is None else _place(todo.sessions, scene.session_id), row)
            live[scene.session_id] = (row["version"], session)
        is_answered = is_pushed or isinstance(todo.input, Heard)
        if any(write.table == "profile" for write in writes.writes):
            self.warm.forget_contact(todo.conversation["contact_id"])
        elif is_answered and not any(write.table == "handover" for write in writes.writes):
            self.warm.give_back(scene.conversation_id, Known(todo.conversation, others, live))

    def _scene(self, todo: Agenda, session: Row | None = None, program: Program | None = None) -> Scene:
        now = self._around.clock.now()
        run = todo.input.run if isinstance(todo.input, RunIsDue) else None
        turn_id = new_id("trn", now)
        note(bot=todo.conversation["bot"], turn=turn_id, **({"script": program.name} if program else {}))
        return Scene(
            agenda=todo,
            turn_id=turn_id,
            now=now,
            session_id=session["id"] if session else new_id("ses", now),
            session=session,
            program=program,
            run_id=run["id"] if run else session["run_id"] if session else None,
            task_id=run["task_id"] if run else session["task_id"] if session else None,
            arguments=run["arguments"] if run else (),
            depth=(run["depth"] if run else session["depth"] if session else None) or 0,
        )

    async def _turn(self, scene: Scene, program: Program) -> Turn:
        around, conversation = self._around, scene.agenda.conversation
        bot, channel, contact = conversation["bot"], conversation["channel"], conversation["address"]
        work = UnitOfWork(around.database, scene.now)
        work.depth = scene.depth
        user = bot if channel in INTERNAL_CHANNELS else contact
        task = await work.task(scene.task_id) if scene.task_id else None
        return Turn(
            Place(
                bot=bot,
                script=program.name,
                conversation_id=scene.conversation_id,
                channel=channel,
                contact=contact,
                contact_id=conversation["contact_id"],
                contact_name=conversation["contact_name"],
                session_id=scene.session_id,
                run_id=scene.run_id,
                is_with_person=conversation["with_person_since"] is not None,
            ),
            around.clock,
            work,
            Tasks(
                work,
                Actor(user, DEFAULT_ORGANISATION, "script"),
                Ports(around.bots.is_bot, address=around.task_address),
            ),
            task=None if task is None else Task.of(task),
            arguments=scene.arguments,
            profile=Profile.of(conversation),
            limits=program.limits,
            steps=around.recording.of(scene.agenda, scene.turn_id),
            outside=around.outside,
        )

    async def _session(self, scene: Scene, row: Row, turn: Turn) -> Session:
        """The waiting session: from memory when that is as stored, else rebuilt."""
        version, session = scene.agenda.live.get(scene.session_id, (0, None))
        if session is not None and version == row["version"]:
            session.begin_turn(turn)
            return session
        async with self._around.database.read() as reader:
            found = await conversations.state(reader, scene.session_id, row["version"])
        if found is None:
            raise Conflict("session", {"id": scene.session_id}, "it has changed since it was read")
        scripts = self._around.bots.scripts(scene.agenda.conversation["bot"])
        while True:
            try:
                return restored(found["state"], turn, scripts, self._around.driver.timer)
            except UnknownProgram as unknown:
                await self._sources.fetch(unknown.program_id)

    async def _program(self, program_id: str) -> Program:
        try:
            return self._around.bots.by_id(program_id)
        except UnknownProgram:
            await self._sources.fetch(program_id)
            return self._around.bots.by_id(program_id)

    def _source(self, scene: Scene, error: Exception) -> str:
        """The source of the script in which the error is, for the line with the caret."""
        script = error.script if isinstance(error, ScriptError) else None
        if scene.program is not None and script in {None, scene.program.name}:
            return scene.program.source
        try:
            return self._around.bots.script(scene.agenda.conversation["bot"], script or "").source
        except Refused:
            return ""


def _report(scene: Scene, messages: Sequence[Message], turn: Turn | None, outcome: Mapping[str, Any]) -> TurnReport:
    found: dict[str, Any] = {"script": "", "waits_for": None, "until": None, "printed": ()}
    if turn is not None:
        found |= {"script": turn.script, "printed": tuple(turn.printed), "is_typing": turn.is_typing}
        found["steps"] = turn.step_reports(scene.began)
    return TurnReport(
        conversation_id=scene.conversation_id,
        session_id=scene.session_id,
        turn_id=scene.turn_id,
        bot=scene.agenda.conversation["bot"],
        messages=tuple(messages),
        seconds=perf_counter() - scene.began,
        **{**found, **outcome},
    )


def _place(sessions: Sequence[Row], session_id: str) -> int:
    return next(place for place, row in enumerate(sessions) if row["id"] == session_id)


def _from_task(program: Program, turn: Turn) -> Arguments:
    """What the context of the task that is run has for the script's PARAMs, by name; nothing where there is no task."""
    if turn.task is None:
        return ()
    context = {name.lower(): value for name, value in turn.task.context.items()}
    return {p.name: context.get(p.name.lower()) for p in program.parameters}
