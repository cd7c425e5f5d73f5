"""Runs a program, takes it off the Python stack as plain data, and puts it back. It knows no asyncio and no storage.

The innermost frame resumes first; what it gives is what the next one out was waiting for, and its error is raised where
that one was waiting.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import CellType
from typing import NoReturn
from weakref import ref

from tasktalk.interpreter import spelling, state
from tasktalk.interpreter.control import TOO_DEEP, Stop, Suspend
from tasktalk.interpreter.errors import Refused, ScriptError, Span
from tasktalk.interpreter.failures import as_script_error, keyword_failed
from tasktalk.interpreter.host import Host, Scripts, Waiting
from tasktalk.interpreter.instance import Frame, Instance, captured
from tasktalk.interpreter.keyword import Keyword
from tasktalk.interpreter.keyword_calls import gives, wrong_result
from tasktalk.interpreter.limits import IN_FORCE, in_force
from tasktalk.interpreter.outcomes import Finished, Outcome, Pending, Preempted
from tasktalk.interpreter.parameters import Reader
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.resident import resident_memory
from tasktalk.interpreter.stack import Below, below, on_big_stack
from tasktalk.interpreter.timer import SliceTimer
from tasktalk.interpreter.values import Value, text

_SPARE_FRAMES = 20
_SHORT_SECONDS = 0.002  # turns that compute for less are not measured
_UNCOUNTED_SECONDS = 0.05  # of a turn's computing: code that counts is slower, and nearly no turn ever needs it
_FIRST_SECONDS = 1.0  # the most that a turn's first slice counts for: it is measured by the time that passes
_WAY_OUT = (
    "if a loop here never ends, let it end; if it needs so long, let the script WAIT or HEAR now and then, which begins"
    " a new turn, or ask whoever runs TaskTalk to raise the limit '{}' (the option --limit)"
)


class Session:
    """A script that runs, waits or has ended. One call at a time; it may be used from any thread, one after another.

    It holds to the limits of its program. The budgets of a turn (statements, computing, memory; see `begin_turn`) are
    looked at whenever the script is preempted, so somebody must do that: the caller by `preempt`, or the `timer` when
    one is given. Statements are counted from the turn's first 50 ms of computing on: it goes on in code that counts.
    """

    def __init__(
        self,
        program: Program,
        host: Host,
        scripts: Scripts,
        *,
        timer: SliceTimer | None = None,
        shared: Sequence[Value] = (),
    ) -> None:
        self.program, self.scripts, self.limits = program, scripts, program.limits
        self.spent_seconds, self._timer = 0.0, timer
        self._more_memory = 0  # bytes that the process has more since the turn began, because of this session
        # weakly: a session that came back to itself would stay until Python searches for cycles
        call = partial(_call_script, ref(self))
        self.cells = {"_C": CellType(0), "_F": CellType(False), "_H": CellType(host), "_S": CellType(call)}
        self.main = Instance(program, self.cells, shared)
        self.frames: list[Frame] = []  # the outermost first
        self._below, self._started = Below(0, None), 0.0
        self._clock: Callable[[], float] = time.perf_counter
        self.counts = False
        """Whether the code that runs counts its statements."""

    # ---- what drivers use

    @property
    def host(self) -> Host:
        """The host that the script's keywords get."""
        host: Host = self.cells["_H"].cell_contents
        return host

    def begin_turn(self, host: Host) -> None:
        """Gives a session that is kept in memory its host for a new turn, with a full budget."""
        self.cells["_H"].cell_contents = host
        self.spent_seconds, self._more_memory = 0.0, 0
        if self.counts:
            self._count(counts=False)

    def preempt(self) -> None:
        """The script is taken off at its next loop or call. May be called from a signal handler or another thread."""
        self.cells["_F"].cell_contents = True

    def start(self, arguments: Sequence[Value] | Mapping[str, Value] = ()) -> Outcome:
        """Runs from the first line, with arguments in the order of the PARAMs or by their names.

        An error that the script does not catch leaves as ScriptError, with its place; so does an argument that is not
        what its PARAM expects: `invalid-argument`, at the PARAM.
        """
        try:
            accepted = self.program.accept(arguments, self.host.read)
        except ScriptError as error:
            error.script = self.program.name
            raise
        return self._slice(partial(self.main.run, accepted))

    def start_handler(self, name: str, given: Mapping[str, Value] | None = None) -> Outcome:
        """Runs the body of a declaration (its `handler`) instead of the script: no line of the top level has run.

        The body gets those values that it mentions by name; `event` stands for all of them, as a record. The session
        goes on like any other: it may wait, be dumped and be loaded.
        """
        declared = self.program.handlers[name]
        values = dict(given or {})
        whole: dict[str, Value] = {**values, "event": values}
        return self._slice(partial(self.main.function(name), *(whole.get(word) for word in declared.takes)))

    def resume(self, value: Value = None) -> Outcome:
        """Goes on with the result that the script was waiting for."""
        if not self.frames:
            raise RuntimeError("this session waits for nothing")
        wrong = self._wrong_result(value)
        return self._slice(partial(self._unwind, None if wrong else value, wrong))

    def throw(self, error: Exception) -> Outcome:
        """Raises an error where the script waits; what is neither Refused nor a ScriptError becomes `internal`, the
        fault of the keyword that waits."""
        if not self.frames:
            raise RuntimeError("this session waits for nothing")
        keyword = self._waiting_keyword()
        failed = as_script_error(error) if keyword is None else keyword_failed(keyword.phrase, error)
        self._place(failed)
        return self._slice(partial(self._unwind, None, failed))

    def dump(self) -> bytes:
        """The waiting session as bytes; ScriptError `limit` when it holds too much to be kept."""
        try:
            with in_force(self.limits):
                return state.dump(self.main, self.frames)
        except ScriptError as error:
            self._place(error)
            raise

    @classmethod
    def load(
        cls,
        data: bytes,
        host: Host,
        scripts: Scripts,
        *,
        timer: SliceTimer | None = None,
    ) -> "Session":
        """The session that was dumped, waiting at the same place; state.StateError when the data cannot be read."""
        stored = state.load(data, scripts)
        program, *others = stored.programs
        session = cls(program, host, scripts, timer=timer, shared=stored.shared[0])
        called = zip(others, stored.shared[1:], strict=True)
        instances = [session.main, *(Instance(program, session.cells, shared) for program, shared in called)]
        session.frames = [Frame(instances[i], procedure, point, kept) for i, procedure, point, kept in stored.frames]
        return session

    # ---- slices

    def _slice(self, run: Callable[[], Value]) -> Outcome:
        """Runs until the script ends, suspends or fails."""
        limit = sys.getrecursionlimit()
        # Nearly all turns have one slice. For the first, the time that passes will do: to ask the system for the
        # processor's takes longer than most slices.
        self._clock = time.thread_time if self.spent_seconds else time.perf_counter
        self._started = self._clock()
        if self.spent_seconds > _UNCOUNTED_SECONDS and not self.counts:
            self._count(counts=True)
        before = resident_memory() if self.spent_seconds > _SHORT_SECONDS else None
        self._below = below(self._below)
        sys.setrecursionlimit(self._below.frames + _SPARE_FRAMES + self.limits.depth)
        token = IN_FORCE.set(self.limits)
        if self._timer is not None:
            self._timer.arm(self.preempt)
        try:
            if self._more_memory > self.limits.memory:
                self._over_memory()
            outcome = self._run(run)
            if not isinstance(outcome, Preempted):
                spelling.forget()
            return outcome
        except Exception as error:
            spelling.forget()
            self.frames.clear()
            failed = as_script_error(error)
            if failed is error:
                raise
            raise failed from error
        finally:
            IN_FORCE.reset(token)
            if self._timer is not None:
                self._timer.disarm()
            self.cells["_F"].cell_contents = False
            sys.setrecursionlimit(limit)
            self.spent_seconds = self._spent()
            if before is not None:
                self._more_memory += resident_memory() - before

    def _run(self, run: Callable[[], Value]) -> Outcome:
        while True:
            try:
                return Finished(on_big_stack(run) if self._below.big_stack is None else run())
            except Stop:
                self.frames.clear()
                return Finished(None)
            except Suspend as stop:
                reason = stop.reason
                self._capture(stop, self.main)
            problem = self._problem()
            over = self._over_budget()
            if isinstance(reason, Pending):
                if problem is over is None:
                    return reason
                reason.call.close()
            if over is not None:
                raise over
            if problem is None:
                return Preempted()
            run = partial(self._unwind, None, problem)

    def _count(self, *, counts: bool) -> None:
        """From here on the script's code counts its statements, or does no more."""
        self.counts = counts
        self.cells["_C"].cell_contents = 0
        for instance in {self.main, *(frame.instance for frame in self.frames)}:
            instance.count(counts=counts)

    def _spent(self) -> float:
        """The seconds of computing in this turn, up to now."""
        passed = self._clock() - self._started
        # A process that was stopped for a minute meanwhile has not computed for a minute.
        return self.spent_seconds + passed if self.spent_seconds else min(passed, _FIRST_SECONDS)

    def _over_budget(self) -> ScriptError | None:
        """What ends the script once its turn has used up a budget; it cannot catch this."""
        limits = self.limits
        error = None
        if self.cells["_C"].cell_contents > limits.statements:
            many = f"this turn has run more than {limits.statements:,} statements"
            error = ScriptError("limit", many, hint=_WAY_OUT.format("statements"))
        elif self._spent() > limits.seconds:
            long = f"this turn has computed for more than {limits.seconds:g} seconds"
            error = ScriptError("out-of-time", long, hint=_WAY_OUT.format("seconds"))
        if error is not None:
            self._place(error)
        return error

    def _over_memory(self) -> NoReturn:
        """Ends the script; it cannot catch this."""
        error = ScriptError("memory", f"the script needs more than {self.limits.memory / (1 << 20):g} MiB of memory")
        self._place(error)
        raise error

    def _unwind(self, value: Value, error: ScriptError | None) -> Value:
        """Resumes frame after frame, from the inside out."""
        frames = self.frames
        while frames:
            frame = frames.pop()
            instance = frame.instance
            if error is not None and frame.point not in instance.program.procedures[frame.procedure].kept.guarded:
                continue
            sys.setrecursionlimit(self._below.frames + _SPARE_FRAMES + max(self.limits.depth - len(frames), 10))
            try:
                value, error = instance.resume(frame, value, error), None
            except Suspend as stop:
                self._capture(stop, instance)
                raise Suspended(stop.reason) from None
            except Stop:
                while frames and frames[-1].instance is instance:
                    frames.pop()
                value, error = None, None
            except Exception as failure:  # whatever it is, the script's own handlers come first
                error = as_script_error(failure)
        if error is not None:
            raise error
        return value

    def _capture(self, stop: Suspend, instance: Instance) -> None:
        """Takes the frames off Python's stack, unless they are taken already."""
        if not isinstance(stop, Suspended):
            self.frames += captured(stop.__traceback__, instance, _CALL_SCRIPT)
        stop.__traceback__ = None

    def _waiting_keyword(self) -> Keyword | None:
        instance, name, number, _ = self.frames[-1]
        return instance.program.procedures[name].points[number].keyword

    def _waits_at(self) -> Span:
        instance, name, number, _ = self.frames[-1]
        return instance.program.procedures[name].points[number].span

    def _place(self, error: ScriptError) -> None:
        """Gives an error that has no place the one where the script waits."""
        if error.span is None and self.frames:
            instance, name, _, _ = self.frames[-1]
            error.span, error.script = self._waits_at(), instance.program.name
            error.keyword = instance.program.procedures[name].phrases.get(error.span[:2])

    def _problem(self) -> ScriptError | None:
        """Limits that are cheaper to look at once a slice than at every step; raised where the script stopped."""
        instance, _, _, kept = self.frames[-1]
        error = None
        if len(self.frames) > self.limits.depth:
            error = ScriptError("depth", TOO_DEEP)
        else:
            most = self.limits.text
            for value in (*kept, *instance.shared_values()):
                if type(value) is str and len(value) > most:
                    error = ScriptError("limit", f"a text is longer than {most:,} characters")
        if error is not None:
            self._place(error)
        return error

    def _wrong_result(self, value: Value) -> ScriptError | None:
        """The error for a result that its keyword does not declare: compiled code relies on the declaration."""
        keyword = self._waiting_keyword()
        if keyword is None or gives(keyword, value):
            return None
        error = wrong_result(keyword, value)
        self._place(error)
        return error


class Suspended(Suspend):
    """A Suspend whose frames are captured already."""


def _call_script(caller: "ref[Session]", name: Value, arguments: list[Value]) -> Value:
    """CALL "other.bas": a run of its own, inside of the caller's session. `captured` looks for `instance` in here."""
    session = caller()
    if session is None:
        raise ReferenceError("the session of a running script is gone")
    instance = Instance(session.scripts.by_name(text(name)), session.cells)
    if session.counts:
        instance.count(counts=True)
    arguments = accepted_by_call(instance.program, arguments, session.host.read)
    try:
        return instance.run(arguments)
    except Stop:
        return None


def accepted_by_call(program: Program, arguments: list[Value], read: Reader) -> list[Value]:
    """The arguments of CALL "other.bas", checked; the error stands at the CALL. One record may give them by name."""
    names = {p.name.lower() for p in program.parameters}
    only = arguments[0] if len(arguments) == 1 else None
    try:
        if isinstance(only, dict) and only and names and all(key.lower() in names for key in only):
            return program.accept(only, read)
        return program.accept(arguments, read)
    except ScriptError as error:
        error.span = None
        raise


_CALL_SCRIPT = _call_script.__code__

__all__ = [
    "Finished",
    "Host",
    "Instance",
    "Outcome",
    "Pending",
    "Preempted",
    "Refused",
    "Scripts",
    "Session",
    "Waiting",
    "on_big_stack",
]
