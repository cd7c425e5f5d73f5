"""What a turn is played with: its place among the rows, its world, its program and its session."""

from collections.abc import Mapping
from typing import Any

from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.session import Session
from tasktalk.runtime.about import note
from tasktalk.runtime.agenda import Agenda, Heard, RunIsDue
from tasktalk.runtime.bots import UnknownProgram
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.internal import INTERNAL_CHANNELS
from tasktalk.runtime.ports import OWN_ROUTE, own_route_in
from tasktalk.runtime.profile import Profile
from tasktalk.runtime.restoring import restored
from tasktalk.runtime.runs.helping import begins, goes_on
from tasktalk.runtime.runs.leaving import as_it_was
from tasktalk.runtime.scene import Scene
from tasktalk.runtime.sent_files import files_of
from tasktalk.runtime.sources import Sources
from tasktalk.runtime.surroundings import Surroundings
from tasktalk.runtime.tasks.model import Actor, Ports, Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.turn import Place, Turn
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations, runs
from tasktalk.storage.writes import Conflict, Row


class Preparation:
    """Gets ready what a turn needs."""

    def __init__(self, around: Surroundings, sources: Sources) -> None:
        self._around, self._sources = around, sources
        bots = around.bots
        self._ports = Ports(bots.is_bot, bots.check_script, address=around.task_address, files=around.files)

    def scene(self, todo: Agenda, session: Row | None = None, program: Program | None = None) -> Scene:
        """The turn's place among the rows, with ids of its own."""
        now = self._around.clock.now()
        run = todo.input.run if isinstance(todo.input, RunIsDue) else None
        turn_id = new_id("trn", now)
        note(bot=todo.conversation["bot"], turn=turn_id, **({"script": program.name} if program else {}))
        return Scene(  # here and below in their order: to give so many by name takes each turn twice as long
            todo,
            todo.conversation["id"],
            turn_id,
            now,
            session["id"] if session else new_id("ses", now),
            session,
            program,
            run["id"] if run else session["run_id"] if session else None,
            run["task_id"] if run else session["task_id"] if session else None,
            run["arguments"] if run else (),
            _own_route(todo, session),
            run["last_task"] if run else session["last_task"] if session else None,
            (run["depth"] if run else session["depth"] if session else None) or 0,
        )

    async def turn(self, scene: Scene, program: Program) -> Turn:
        """What the keywords of the script act on."""
        around, conversation = self._around, scene.agenda.conversation
        bot, channel, contact = conversation["bot"], conversation["channel"], conversation["address"]
        work = UnitOfWork(around.database, scene.now)
        work.depth = scene.depth
        if isinstance(due := scene.agenda.input, RunIsDue):
            work.know("run", due.run)
            if due.task is not None and due.known_at == around.database.changes and around.sharing.is_alone:
                work.know("task", runs.task_of(due.task))
        user = bot if channel in INTERNAL_CHANNELS else contact
        task = await work.task(scene.task_id) if scene.task_id else None
        if isinstance(due, RunIsDue):
            task = await begins(work, due.run, task)
        if task is not None:
            task = await goes_on(work, scene.session, task)
        tasks = Tasks(work, Actor(user, conversation["organisation_id"], "script"), self._ports)
        tasks.run_id = scene.run_id
        known = as_it_was(scene.last_task) if task is None else Task.of(task)
        tasks.last_known = known if task is None else None
        return Turn(
            Place(
                bot,
                program.name,
                scene.conversation_id,
                channel,
                contact,
                conversation["contact_id"],
                conversation["contact_name"],
                conversation["contact_version"],
                conversation["person_id"],
                scene.session_id,
                scene.run_id,
                conversation["with_person_since"] is not None,
            ),
            around.clock,
            work,
            tasks,
            known,
            scene.arguments,
            Profile.of(conversation),
            around.chance and around.chance(f"{scene.now.isoformat()} {bot}/{program.name}"),
            program.limits,
            around.recording.of(scene.agenda, scene.turn_id),
            around.outside,
            files_of(scene.agenda.input.message) if isinstance(scene.agenda.input, Heard) else (),
            around.pushed,
            around.conduct.customs,
        )

    async def session(self, scene: Scene, row: Row, turn: Turn) -> Session:
        """The waiting session: from memory when that is as stored, else rebuilt."""
        version, session = scene.agenda.live.get(scene.session_id, (0, None))
        if session is not None and version == row["version"]:
            session.begin_turn(turn)
            return session
        found = await conversations.state(self._around.database.looks, scene.session_id, row["version"])
        if found is None:
            raise Conflict("session", {"id": scene.session_id}, "it has changed since it was read")
        scripts = self._around.bots.scripts(scene.agenda.conversation["bot"])
        while True:
            try:
                return restored(found["state"], turn, scripts, self._around.driver.timer)
            except UnknownProgram as unknown:
                await self._sources.fetch(unknown.program_id)

    async def program(self, program_id: str) -> Program:
        """A program by its id, from the store where it is not in memory. Raises UnknownProgram."""
        try:
            return self._around.bots.by_id(program_id)
        except UnknownProgram:
            await self._sources.fetch(program_id)
            return self._around.bots.by_id(program_id)

    def source(self, scene: Scene, error: Exception) -> str:
        """The source of the script in which the error is, for the line with the caret."""
        script = error.script if isinstance(error, ScriptError) else None
        if scene.program is not None and script in {None, scene.program.name}:
            return scene.program.source
        try:
            return self._around.bots.script(scene.agenda.conversation["bot"], script or "").source
        except Refused:
            return ""


def _own_route(todo: Agenda, session: Row | None) -> Mapping[str, Any] | None:
    if isinstance(todo.input, Heard) and (own := own_route_in(todo.input.message)):
        return own
    request = session["wait_request"] if session is not None else None
    own_route: Mapping[str, Any] | None = request.get(OWN_ROUTE) if type(request) is dict else None
    return own_route
