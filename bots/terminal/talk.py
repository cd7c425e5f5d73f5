"""One talk in a terminal: the real engine on a store that is gone afterwards."""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tasktalk.bots.api.services import Services
from tasktalk.bots.assembly import assembled
from tasktalk.bots.hosting import Hosting
from tasktalk.bots.terminal.screens import Screen
from tasktalk.bots.virtual_time import pass_time
from tasktalk.interpreter.errors import ScriptError, as_warning
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.parameters import Parameter
from tasktalk.runtime.answers import reader
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock, VirtualClock
from tasktalk.runtime.declared import declared
from tasktalk.runtime.ports import Inbound, TurnReport
from tasktalk.runtime.program_cache import ProgramCache, users_folder
from tasktalk.runtime.tasks.model import spelled
from tasktalk.storage import events, tasks

ENDED, FAILED, NO_MORE_INPUT = 0, 1, 3
"""What a talk ends with."""

A_MOMENT = timedelta(seconds=2)
"""Shorter waits are not told."""
_JSON_KINDS = frozenset(("", "ANY", "JSON", "LIST", "ARRAY", "OBJECT", "RECORD"))  # of PARAMs that are typed as JSON


async def talk(
    script: Path,
    keywords: Keywords,
    screen: Screen,
    given: Mapping[str, str] | None = None,
    *,
    is_fast: bool,
    private_hosts: Collection[str] = (),
) -> int:
    """Talks until the script ends; gives one of ENDED, FAILED, NO_MORE_INPUT. Raises NotRunnable.

    `given` are its PARAMs as they were typed. With `is_fast` the time that a script waits for passes at once.
    """
    bots = Bots.single(script, keywords, script.stem, ProgramCache(users_folder()))
    for _, problem in bots.problems():
        if problem.name == script.name:
            raise problem
    program = bots.script(script.stem, script.name)
    # what the script may fail at later is told before it talks
    for found in (*program.diagnostics, *map(as_warning, declared(program)[1])):
        screen.noted(found.render(str(script), program.source))
    arguments = as_typed(program.parameters, given or {})
    try:
        program.accept(arguments, reader(datetime.now(UTC)))
    except ScriptError as error:
        rendered = (
            error.diagnostic().render(str(script), program.source) if error.span else f"{script}: {error.message}"
        )
        screen.error(error.code, f"{rendered}\n{usage(program.parameters)}", error.span.line if error.span else None)
        return FAILED
    clock = VirtualClock(datetime.now(UTC)) if is_fast else RealClock()
    async with assembled(":memory:", bots, keywords, clock, hosting=Hosting(private_hosts=private_hosts)) as services:
        conversation = _Talk(services, script, screen, arguments)
        await services.engine.start()
        return await conversation.go_on(clock)


def as_typed(parameters: Sequence[Parameter], given: Mapping[str, str]) -> dict[str, Any]:
    """What was typed for each PARAM: JSON where it may be of any kind, a list or a record; else the text."""
    kinds = {parameter.name.lower(): parameter for parameter in parameters}
    return {name: _typed(kinds.get(name.lower()), text) for name, text in given.items()}


def _typed(parameter: Parameter | None, text: str) -> Any:
    if parameter is None or parameter.choices or parameter.kind not in _JSON_KINDS:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def usage(parameters: Sequence[Parameter]) -> str:
    """What a script takes, in a sentence for somebody who did not give it."""
    if not parameters:
        return "This script takes nothing: it has no PARAM."
    shown = (f"{p.name}=… ({p.expected}{', may be left out' if not p.is_required else ''})" for p in parameters)
    return f"This script takes {', '.join(shown)}."


class _Talk:
    """The talk from its first message on: shows what turns report, and gives the bot what it waits for."""

    def __init__(self, services: Services, script: Path, screen: Screen, arguments: Mapping[str, Any]) -> None:
        self._services, self._screen, self._bot, self._script = services, screen, script.stem, script
        self._arguments = arguments
        self._reports: asyncio.Queue[TurnReport] = asyncio.Queue()
        self._open: dict[str, TurnReport] = {}
        self._told: set[datetime] = set()
        self._suggestions: Sequence[Mapping[str, str]] = ()
        self._is_secret = False
        self._last_event = 0
        services.engine.watch(self._reports.put_nowait)

    async def go_on(self, clock: RealClock | VirtualClock) -> int:
        if self._arguments:
            await self._services.engine.callers.begin(self._bot, self._script.name, "terminal", "you", self._arguments)
        else:
            await self._say("")
        report = await self._show(await self._reports.get())
        while True:
            if report.status == "failed":
                text = self._placed(report.error or "the script failed")
                self._screen.error(report.error_code or "internal", text, report.error_line)
                return FAILED
            if self._is_hearing:
                if (next_report := await self._ask()) is not None:
                    report = next_report
                elif self._next_moment is not None:  # a HEAR with a TIMEOUT
                    await self._let_time_pass(clock)
                    report = await self._show(await self._reports.get())
                else:
                    self._screen.error("input-ended", "the input has ended, but the script waits for an answer")
                    return NO_MORE_INPUT
            elif self._open:
                await self._let_time_pass(clock)
                report = await self._show(await self._reports.get())
            else:
                self._screen.end(report.value)
                return ENDED

    async def _ask(self) -> TurnReport | None:
        """The turn that comes next, by an answer or because something else happens first; None without an answer."""
        answer = asyncio.create_task(self._screen.hear(self._suggestions, is_secret=self._is_secret))
        report = asyncio.create_task(self._reports.get())
        try:
            while True:
                await asyncio.wait({answer, report}, return_when=asyncio.FIRST_COMPLETED)
                if report.done():
                    shown = await self._show(report.result())
                    if answer.done() or shown.status == "failed" or not self._is_hearing:
                        return shown
                    report = asyncio.create_task(self._reports.get())
                elif (text := answer.result()) is None:
                    return None
                else:
                    await self._say(text)
                    return await self._show(await report)
        finally:
            for task in (answer, report):
                task.cancel()
            await asyncio.gather(answer, report, return_exceptions=True)

    async def _say(self, text: str) -> None:
        await self._services.engine.receive(Inbound(self._bot, "terminal", "you", text))

    async def _show(self, report: TurnReport) -> TurnReport:
        """The report, shown."""
        if report.session_id is not None:
            self._open.pop(report.session_id, None)
            if report.status == "waiting":
                self._open[report.session_id] = report
        for line in report.printed:
            self._screen.printed(line)
        for text in report.undone:  # of a turn that failed: it helps to find out how far the script came
            self._screen.noted(f"(undone) {text}")
        await self._show_tasks()
        if report.status != "failed":
            self._suggestions, self._is_secret = (), False
            for message in report.messages:
                self._screen.talk(message)
                self._suggestions, self._is_secret = message.suggestions, message.is_secret
        return report

    async def _let_time_pass(self, clock: RealClock | VirtualClock) -> None:
        until = self._next_moment
        if until is None:
            return
        left = until - clock.now()
        if left > A_MOMENT and until not in self._told:
            self._told.add(until)
            self._screen.wait(until, left.total_seconds(), is_skipped=isinstance(clock, VirtualClock))
        if isinstance(clock, VirtualClock):
            await pass_time(self._services.engine, clock, until)

    @property
    def _is_hearing(self) -> bool:
        return any(waiting.waits_for == "message" for waiting in self._open.values())

    @property
    def _next_moment(self) -> datetime | None:
        """When the time comes that a script waits for."""
        return min((waiting.until for waiting in self._open.values() if waiting.until), default=None)

    async def _show_tasks(self) -> None:
        async with self._services.database.read() as reader:
            for event in await events.after(reader, "task", self._last_event):
                self._last_event = event["sequence"]
                task = await tasks.by_id(reader, event["subject_id"])
                if task is not None:
                    shown = {name: task[name] for name in ("title", "status", "priority", "assignee", "due_at")}
                    what = {"event": event["kind"], "changes": event["changes"]}
                    self._screen.task({**what, "id": spelled(task["id"]), **shown})

    def _placed(self, error: str) -> str:
        """The error with the script's path as the author gave it."""
        return error.replace(f"{self._bot}/", f"{self._script.parent}/", 1) if error.startswith(self._bot) else error
