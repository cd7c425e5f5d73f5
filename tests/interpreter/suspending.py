"""Runs a script straight, and again suspended everywhere with its state taken through bytes into a fresh session."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from tasktalk.interpreter import image
from tasktalk.interpreter.compiler.compiled import Kept
from tasktalk.interpreter.compiler.script import LONG
from tasktalk.interpreter.errors import NotRunnable, Refused, ScriptError
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.limits import DEFAULT, Limits
from tasktalk.interpreter.program import Program, compile_script
from tasktalk.interpreter.session import Finished, Outcome, Pending, Preempted, Session
from tasktalk.interpreter.state import dump_value
from tasktalk.interpreter.timer import SignalTimer
from tasktalk.interpreter.values import Rows, Value, text

MOST_STOPS = 600
SLICE_SECONDS = 1.0
LONG_SECONDS = 1.0  # of computing: statements are counted from a part of that on
NOW = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


@dataclass
class World:
    """A host for tests: what was said, and answers that depend on their number alone."""

    said: list[str] = field(default_factory=list)
    heard: int = 0
    random: Random = field(default_factory=lambda: Random(7))
    language: str | None = None

    def now(self) -> datetime:
        return NOW

    def predefined(self, name: str) -> Value:
        return {"name": name} if name == "user" else name

    def read(self, kind: str, written: str) -> Value:
        raise KeyError(kind)

    def log(self, text: str) -> None:
        self.said.append(f"log {text}")


@keyword("TALK <items>...")
def talk(world: World, items: Sequence[Value]) -> None:
    """Says it."""
    world.said.append("".join(map(text, items)))


@keyword("HEAR {answer} [AS <kind:word>]", "HEAR [AS <kind:word>]", returns="any", bare=True)
async def hear(world: World, kind: Value = None) -> Value:
    """The next answer."""
    world.heard += 1
    return world.heard * 7 % 13 if kind == "INTEGER" else f"w{world.heard}"


@keyword("WAIT <seconds>")
async def wait(world: World, seconds: Value) -> None:
    """Waits."""


@keyword("FETCH <value>", returns="list")
async def fetch(world: World, value: Value) -> Value:
    """A list that comes later."""
    return ["fetched", value]


@keyword("FIND <count>", returns="rows")
def find(world: World, count: int) -> Value:
    """So many rows."""
    return Rows([{"id": i, "name": f"n{i}"} for i in range(count)])


@keyword("FAIL <code>", returns="text")
async def fail(world: World, code: Value) -> Value:
    """Refuses."""
    raise Refused(text(code), "as you wish", "wish for something else")


@keyword("BREAK DOWN")
def break_down(world: World) -> None:
    """Has a fault."""
    raise KeyError("ours")


PREDEFINED = ["user"]
KEYWORDS = Keywords([talk, hear, wait, fetch, find, fail, break_down])


def compiled(
    source: str,
    name: str = "start.bas",
    *,
    infer: bool = True,
    long: int = LONG,
    brief: bool = True,
    limits: Limits = DEFAULT,
) -> Program:
    """The script with the keywords above; fails with all that is wrong with it, unless it is only not supported."""
    try:
        return compile_script(source, KEYWORDS, name, PREDEFINED, infer=infer, long=long, brief=brief, limits=limits)
    except NotRunnable as error:
        if all(d.code == "not-supported" for d in error.diagnostics):
            raise
        raise AssertionError("\n".join(d.render(name, source) for d in error.diagnostics)) from error


def kept(source: str, *, brief: bool) -> dict[str, Kept]:
    """By procedure, what its frames keep where they wait."""
    return {name: procedure.kept for name, procedure in compiled(source, brief=brief).procedures.items()}


class Folder:
    """The scripts of a bot, for CALL and for stored sessions."""

    def __init__(
        self,
        sources: Mapping[str, str],
        *,
        infer: bool = True,
        long: int = LONG,
        brief: bool = True,
        limits: Limits = DEFAULT,
    ) -> None:
        self.programs = {
            name: compiled(source, name, infer=infer, long=long, brief=brief, limits=limits)
            for name, source in sources.items()
        }

    def by_name(self, name: str) -> Program:
        if name not in self.programs:
            raise Refused("no-script", f"there is no script {name}")
        return self.programs[name]

    def by_id(self, program_id: str) -> Program:
        for program in self.programs.values():
            if program.id == program_id:
                return program
        raise Refused("no-script", "that script is gone")


def reloaded(folder: Folder) -> Folder:
    """The same scripts as they come out of a cache."""
    again = Folder({})
    for name, program in folder.programs.items():
        key = image.key(program.source, KEYWORDS, name, PREDEFINED)
        found = image.load(image.dump(program, key), key, program.source, KEYWORDS, name, PREDEFINED)
        assert found is not None
        again.programs[name] = found
    return again


@dataclass
class Run:
    """How a run ended, what it said, how often it stopped and how large its state was."""

    ended: tuple[object, ...]
    said: list[str]
    stops: int = 0
    largest: int = 0


def answered(session: Session, call: Pending) -> Outcome:
    """Runs the keyword's coroutine, which never really waits here, and goes on with its result."""
    try:
        call.call.send(None)
    except StopIteration as done:
        return session.resume(done.value)
    except Refused as error:
        return session.throw(error)
    raise AssertionError("a keyword of the tests waits")


def run(
    folder: Folder,
    *,
    everywhere: bool = False,
    counts: bool = False,
    start: str = "start.bas",
    timer: SignalTimer | None = None,
) -> Run:
    """One run; `everywhere` suspends it at every loop round and call, and rebuilds it from bytes each time. `counts`:
    as in a turn that has computed for long, so that statements are counted."""
    spent = LONG_SECONDS if counts else 0.0
    world = World()
    session = Session(folder.by_name(start), world, folder, timer=timer)
    session.spent_seconds = spent
    result = Run((), world.said)
    try:
        if everywhere:
            session.preempt()
        outcome = session.start(["first", 2])
        while not isinstance(outcome, Finished):
            result.stops += 1
            if result.stops > MOST_STOPS or (isinstance(outcome, Preempted) and not everywhere):
                if isinstance(outcome, Pending):
                    outcome.call.close()
                result.ended = ("ENDLESS",)
                return result
            if everywhere:
                data = session.dump()
                result.largest = max(result.largest, len(data))
                session = Session.load(data, world, folder, timer=timer)
                session.spent_seconds = spent
                session.preempt()
            outcome = answered(session, outcome) if isinstance(outcome, Pending) else session.resume()
        result.ended = ("DONE", shape(outcome.value))
    except ScriptError as error:
        result.ended = ("ERROR", error.code, error.message, error.span, error.script, error.keyword)
    return result


def shape(value: Value) -> object:
    """The value with what is one and the same in it: two equal lists look different from one list under two names."""
    try:
        return dump_value(value)
    except ScriptError:  # too large to be written
        return repr(value)


def difference(sources: Mapping[str, str], *, long: int = LONG, timer: SignalTimer | None = None) -> str | None:
    """Runs the scripts in all ways; the first difference between them, or None.

    They run straight and suspended everywhere, counting statements and not, with inferred types, without, with fast
    forms all over, and out of a cache. Runs that meet a limit are not compared: that of the state comes before that of
    a text.
    """
    first: Run | None = None
    for infer, brief in ((True, True), (True, False), (False, False)):
        folder = Folder(sources, infer=infer, long=long, brief=brief)
        cached = [reloaded(folder)] if brief and long == LONG else []
        ways = itertools.product([folder, *cached], (False, True), (False, True))
        for each, everywhere, counts in ways:
            if counts and each in cached:
                continue
            result = run(each, everywhere=everywhere, counts=counts, timer=timer)
            if result.ended[0] == "ENDLESS" or result.ended[1] in ("limit", "depth"):
                return None
            if first is None:
                first = result
            elif (result.ended, result.said) != (first.ended, first.said):
                return (
                    f"infer={infer} brief={brief} everywhere={everywhere} counts={counts} cached={each in cached}\n"
                    f"  expected {first.ended} {first.said}\n  got      {result.ended} {result.said}"
                )
    return None
