"""Runs a program, takes it off the Python stack as plain data, and puts it back. It knows no asyncio and no storage.

The innermost frame resumes first; what it gives is what the next one out was waiting for, and its error is raised where
that one was waiting.
"""

import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import CellType, CodeType, FrameType, FunctionType
from typing import Any, NamedTuple, NoReturn, TypeAlias, cast

from tasktalk.interpreter import state
from tasktalk.interpreter.compiler.procedures import positions
from tasktalk.interpreter.control import DEPTH, TOO_DEEP, Stop, Suspend
from tasktalk.interpreter.errors import Refused, ScriptError, Span
from tasktalk.interpreter.failures import as_script_error
from tasktalk.interpreter.host import Host, Scripts, Waiting
from tasktalk.interpreter.keyword import Keyword, ResultType
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.timer import SliceTimer
from tasktalk.interpreter.tree import MAIN
from tasktalk.interpreter.values import TEXT_LIMIT, Handle, Rows, Value, fit_number, text

_SPARE_FRAMES = 20
_RESULTS: dict[ResultType, tuple[type, ...]] = {
    "nothing": (),
    "text": (str, Handle),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "date": (datetime,),
    "list": (list, Rows),
    "record": (dict,),
    "rows": (list, Rows),
}


@dataclass(frozen=True)
class Finished:
    """The script has ended; `value` is what it returned."""

    value: Value


@dataclass(frozen=True)
class Pending:
    """An async keyword was called: the driver awaits `call`, then resumes or throws."""

    call: Coroutine[Any, Any, Any]
    keyword: Keyword
    span: Span
    script: str


@dataclass(frozen=True)
class Preempted:
    """The script was taken off for the sake of others; resume it with None."""


Outcome: TypeAlias = Finished | Pending | Preempted


class Call(NamedTuple):
    """Why a script was taken off the stack: an async keyword was called."""

    keyword: Keyword
    coroutine: Coroutine[Any, Any, Any]


class Frame(NamedTuple):
    """A procedure that waits at a point, with the values that it will need."""

    instance: "Instance"
    procedure: str
    point: int
    values: list[Any]


class Instance:
    """One run of one script: its shared variables, and its functions bound to them."""

    def __init__(self, program: Program, session: "Session", shared: Sequence[Value] = ()) -> None:
        self.program = program
        self.cells = dict(session.cells)
        self.cells["_K"] = CellType(partial(session.call_keyword, program.keywords))
        for name in program.cells[len(self.cells) :]:
            self.cells[name] = CellType(None)
        for name, value in zip(program.shared, shared, strict=False):
            self.cells[name].cell_contents = value
        for name, code in program.codes.items():
            self.cells["p_" + name].cell_contents = self.bind(code)

    def bind(self, code: CodeType) -> FunctionType:
        """The code as a function that closes over this run's cells."""
        cells = tuple([self.cells[name] for name in code.co_freevars])
        return FunctionType(code, self.program.globals, code.co_name, None, cells)

    def run(self, arguments: list[Value]) -> Value:
        """The script from its first line."""
        main: Callable[..., Value] = self.cells["p_" + MAIN].cell_contents
        return main(arguments) if self.program.takes_arguments else main()

    def shared_values(self) -> list[Value]:
        """The shared variables, in the program's order."""
        return [self.cells[name].cell_contents for name in self.program.shared]

    def resume(self, frame: Frame, value: Value, error: ScriptError | None) -> Value:
        """One procedure from its point to its end."""
        procedure = self.program.procedures[frame.procedure]
        code = procedure.twin(frame.point)
        tail = "q_" + frame.procedure
        if tail in code.co_freevars and self.cells[tail].cell_contents is None:
            self.cells[tail].cell_contents = self.bind(procedure.tail)
        function: Callable[..., Value] = self.bind(code)
        _, target = procedure.live[frame.point]
        return function(error, *frame.values, value) if target else function(error, *frame.values)


class Session:
    """A script that runs, waits or has ended. One call at a time; it may be used from any thread, one after another.

    `budget_seconds` bounds the computing of a turn (see `begin_turn`). It is looked at whenever the script is
    preempted, so somebody must do that: the caller by `preempt`, or the `timer` when one is given.
    """

    def __init__(
        self,
        program: Program,
        host: Host,
        scripts: Scripts,
        *,
        budget_seconds: float | None = None,
        timer: SliceTimer | None = None,
    ) -> None:
        self.program, self.scripts = program, scripts
        self.budget_seconds, self.spent_seconds, self._timer = budget_seconds, 0.0, timer
        self.cells = {"_F": CellType(False), "_H": CellType(host), "_S": CellType(self.call_script)}
        self.main = Instance(program, self)
        self.frames: list[Frame] = []  # the outermost first
        self._base = 0

    # ---- what drivers use

    @property
    def host(self) -> Host:
        """The host that the script's keywords get."""
        host: Host = self.cells["_H"].cell_contents
        return host

    def begin_turn(self, host: Host) -> None:
        """Gives a session that is kept in memory its host for a new turn, with a full budget."""
        self.cells["_H"].cell_contents = host
        self.spent_seconds = 0.0

    def preempt(self) -> None:
        """The script is taken off at its next loop or call. May be called from a signal handler or another thread."""
        self.cells["_F"].cell_contents = True

    def start(self, arguments: Sequence[Value] | Mapping[str, Value] = ()) -> Outcome:
        """Runs from the first line, with arguments in the order of the PARAMs or by their names.

        An error that the script does not catch leaves as ScriptError, with its place; so does an argument that is not
        what its PARAM expects: `invalid-argument`, at the PARAM.
        """
        try:
            accepted = self.program.accept(arguments)
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
        whole: dict[str, Value] = {"event": values, **values}
        function: Callable[..., Value] = self.main.cells["p_" + name].cell_contents
        return self._slice(partial(function, *(whole.get(word) for word in declared.takes)))

    def resume(self, value: Value = None) -> Outcome:
        """Goes on with the result that the script was waiting for."""
        if not self.frames:
            raise RuntimeError("this session waits for nothing")
        wrong = self._wrong_result(value)
        return self._slice(partial(self._unwind, None if wrong else value, wrong))

    def throw(self, error: Exception) -> Outcome:
        """Raises an error where the script waits; what is neither Refused nor a ScriptError becomes `internal`."""
        if not self.frames:
            raise RuntimeError("this session waits for nothing")
        failed = as_script_error(error)
        self._place(failed)
        return self._slice(partial(self._unwind, None, failed))

    def dump(self) -> bytes:
        """The waiting session as bytes; ScriptError `limit` when it holds too much to be kept."""
        try:
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
        budget_seconds: float | None = None,
        timer: SliceTimer | None = None,
    ) -> "Session":
        """The session that was dumped, waiting at the same place; state.StateError when the data cannot be read."""
        stored = state.load(data, scripts)
        session = cls(stored.programs[0], host, scripts, budget_seconds=budget_seconds, timer=timer)
        others = zip(stored.programs[1:], stored.shared[1:], strict=True)
        session.main = Instance(stored.programs[0], session, stored.shared[0])
        instances = [session.main, *(Instance(program, session, shared) for program, shared in others)]
        session.frames = [Frame(instances[i], procedure, point, kept) for i, procedure, point, kept in stored.frames]
        return session

    # ---- what compiled code calls

    def call_keyword(self, keywords: list[Keyword], number: int, arguments: dict[str, Value]) -> Value:
        """Calls a keyword; an async one takes the script off the stack."""
        keyword = keywords[number]
        for name, value in arguments.items():
            if type(value) is int:
                arguments[name] = fit_number(value)
        result: Any = keyword.function(self.host, **arguments)
        if keyword.is_async:
            raise Suspend(Call(keyword, result))
        if not gives(keyword, result):
            raise wrong_result(keyword, result)
        return cast(Value, result)

    def call_script(self, name: Value, arguments: list[Value]) -> Value:
        """CALL "other.bas": a run of its own, inside this one. A suspension finds `instance` in this frame."""
        instance = Instance(self.scripts.by_name(text(name)), self)
        arguments = accepted_by_call(instance.program, arguments)
        try:
            return instance.run(arguments)
        except Stop:
            return None

    # ---- slices

    def _slice(self, run: Callable[[], Value]) -> Outcome:
        """Runs until the script ends, suspends or fails."""
        limit = sys.getrecursionlimit()
        started = time.thread_time()
        self._base, is_on_big_stack = depth()
        sys.setrecursionlimit(self._base + _SPARE_FRAMES + DEPTH)
        if self._timer is not None:
            self._timer.arm(self.preempt)
        try:
            return self._run(run, is_on_big_stack=is_on_big_stack)
        except Exception as error:
            self.frames.clear()
            failed = as_script_error(error)
            if failed is error:
                raise
            raise failed from error
        finally:
            if self._timer is not None:
                self._timer.disarm()
            self.cells["_F"].cell_contents = False
            sys.setrecursionlimit(limit)
            self.spent_seconds += time.thread_time() - started

    def _run(self, run: Callable[[], Value], *, is_on_big_stack: bool) -> Outcome:
        started = time.thread_time()
        while True:
            try:
                return Finished(run() if is_on_big_stack else on_big_stack(run))
            except Stop:
                self.frames.clear()
                return Finished(None)
            except Suspend as stop:
                reason = stop.reason
                self._capture(stop, self.main)
            problem = self._problem()
            if isinstance(reason, Call):
                if problem is None:
                    script = self.frames[-1].instance.program.name
                    return Pending(reason.coroutine, reason.keyword, self._waits_at(), script)
                reason.coroutine.close()
            if self.budget_seconds is not None:
                spent = self.spent_seconds + time.thread_time() - started
                if spent > self.budget_seconds:
                    self._over_budget()
            if problem is None:
                return Preempted()
            run = partial(self._unwind, None, problem)

    def _over_budget(self) -> NoReturn:
        """Ends the script; it cannot catch this."""
        error = ScriptError("out-of-time", f"the script computed for more than {self.budget_seconds:g} seconds")
        self._place(error)
        raise error

    def _unwind(self, value: Value, error: ScriptError | None) -> Value:
        """Resumes frame after frame, from the inside out."""
        frames = self.frames
        while frames:
            frame = frames.pop()
            instance = frame.instance
            if error is not None and not instance.program.procedures[frame.procedure].is_guarded(frame.point):
                continue
            sys.setrecursionlimit(self._base + _SPARE_FRAMES + max(DEPTH - len(frames), 10))
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
        """From the traceback to frames: code position to point, frame variables to values."""
        traceback = None if isinstance(stop, Suspended) else stop.__traceback__
        while traceback is not None:
            frame = traceback.tb_frame
            known = positions(frame.f_code)
            if known is not None:
                number = known.units.get(traceback.tb_lasti // 2)
                if number is not None:  # else it went on in its procedure's tail, whose frame comes next
                    procedure, found = known.procedure, frame.f_locals
                    names, _ = procedure.live[number]
                    self.frames.append(Frame(instance, procedure.name, number, [found.get(n) for n in names]))
            elif frame.f_code is _CALL_SCRIPT:
                instance = frame.f_locals["instance"]
            traceback = traceback.tb_next
        stop.__traceback__ = None

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
        if len(self.frames) > DEPTH:
            error = ScriptError("depth", TOO_DEEP)
        elif any(type(v) is str and len(v) > TEXT_LIMIT for v in (*kept, *instance.shared_values())):
            error = ScriptError("limit", f"a text is longer than {TEXT_LIMIT} characters")
        if error is not None:
            self._place(error)
        return error

    def _wrong_result(self, value: Value) -> ScriptError | None:
        """The error for a result that its keyword does not declare: compiled code relies on the declaration."""
        instance, name, number, _ = self.frames[-1]
        keyword = instance.program.procedures[name].points[number].keyword
        if keyword is None or gives(keyword, value):
            return None
        error = as_script_error(wrong_result(keyword, value))
        self._place(error)
        return error


class Suspended(Suspend):
    """A Suspend whose frames are captured already."""


def accepted_by_call(program: Program, arguments: list[Value]) -> list[Value]:
    """The arguments of CALL "other.bas", checked; the error stands at the CALL. One record may give them by name."""
    names = {p.name.lower() for p in program.parameters}
    only = arguments[0] if len(arguments) == 1 else None
    try:
        if isinstance(only, dict) and only and names and all(key.lower() in names for key in only):
            return program.accept(only)
        return program.accept(arguments)
    except ScriptError as error:
        error.span = None
        raise


def gives(keyword: Keyword, value: object) -> bool:
    """The value is what the keyword declares, or null."""
    return keyword.returns == "any" or value is None or type(value) in _RESULTS[keyword.returns]


def wrong_result(keyword: Keyword, result: object) -> TypeError:
    """The fault of a keyword whose function does not keep to its declaration."""
    kind = type(result).__name__
    return TypeError(f"the keyword {keyword.phrase} gave {kind} and declares {keyword.returns}")


def depth() -> tuple[int, bool]:
    """How many Python frames there are, and whether one of them is on_big_stack."""
    frame: FrameType | None = sys._getframe()
    count, is_on_big_stack = 0, False
    while frame is not None:
        is_on_big_stack = is_on_big_stack or frame.f_code is _BIG_STACK
        frame, count = frame.f_back, count + 1
    return count, is_on_big_stack


def on_big_stack(function: Callable[[], Value]) -> Value:
    """Calls the function in a frame that brings its own large chunk of Python's stack.

    Without it, at some depths every call of a script maps and unmaps a chunk (CPython 3.11 to 3.13), up to 50 times
    slower. It costs 10 µs, so a server may call its main loop through it: sessions notice that and do without.
    """
    return function()


on_big_stack.__code__ = on_big_stack.__code__.replace(co_stacksize=31800)
_BIG_STACK = on_big_stack.__code__
_CALL_SCRIPT = Session.call_script.__code__

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
