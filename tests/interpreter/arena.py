"""Where attacks run: each in a process of its own, with bounds on memory and computing that end the process.

`python -m tests.interpreter.arena` reads scripts as lines of JSON and answers with how each ended. It forks once for
each, so that nothing has to be imported anew and no script sees what the one before it left behind.
"""

import json
import logging
import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasktalk.interpreter.errors import NotRunnable, ScriptError
from tasktalk.interpreter.limits import DEFAULT, Limits
from tasktalk.interpreter.program import check, compile_script
from tasktalk.interpreter.session import Finished, Outcome, Pending, Preempted, Session
from tasktalk.interpreter.timer import SignalTimer
from tests.alone import Alone
from tests.interpreter.suspending import KEYWORDS, World, answered

ROOT = Path(__file__).parents[2]
MEMORY = 384 << 20  # bytes that an attack may need on top of what is there before it
COMPUTING = 20  # seconds of computing after which the process is killed
BUDGET = 10.0  # seconds of computing that a script has
FEW_STATEMENTS = 20_000  # that those have which would never end
MOST_WAITS = 200
ENDLESS = "endless"  # how an attack ends whose turn has run too many statements


@dataclass(frozen=True)
class Ended:
    """How an attack ended: `code line`, or `DONE`; what it said; what Python's traceback was, if there was one."""

    how: str
    said: list[str]
    fault: str
    seconds: float
    megabytes: float


class Arena:
    """The process that runs attacks, for the tests."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.interpreter.arena"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, source: str, *, infer: bool = True, is_endless: bool = False) -> Ended:
        """The script straight, but with its state taken through bytes at every wait."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"source": source, "infer": infer, "statements": FEW_STATEMENTS if is_endless else DEFAULT.statements}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def fought(source: str, *, infer: bool, statements: int) -> tuple[str, list[str]]:
    """How the script ended and what it said."""
    limits = Limits(seconds=BUDGET, statements=statements)
    check(source, KEYWORDS, ["user"])  # its advice walks the trees, too
    try:
        program = compile_script(source, KEYWORDS, "start.bas", ["user"], limits=limits, infer=infer)
    except NotRunnable as error:
        found = next(d for d in error.diagnostics if d.severity == "error")
        found.render("start.bas", source)
        return f"{found.code} {found.span.line}", []
    world, scripts = World(), Alone(program)
    with SignalTimer(0.005) as timer:
        try:
            session = Session(program, world, scripts, timer=timer)
            outcome: Outcome = session.start()
            waits = 0
            while not isinstance(outcome, Finished):
                if isinstance(outcome, Preempted):
                    outcome = session.resume()
                    continue
                waits += 1
                if waits > MOST_WAITS:
                    outcome.call.close()
                    return "WAITS", world.said
                session = _rebuilt(session, outcome, world, scripts, timer)
                outcome = answered(session, outcome)
        except ScriptError as error:
            error.diagnostic().render("start.bas", source)
            line = error.span.line if error.span else "nowhere"
            code = ENDLESS if error.code == "limit" and "statements" in error.message else error.code
            return f"{code} {line}", world.said
    return "DONE", world.said


def _rebuilt(session: Session, waiting: Pending, world: World, scripts: Alone, timer: SignalTimer) -> Session:
    try:
        data = session.dump()
    except ScriptError:
        waiting.call.close()
        raise
    return Session.load(data, world, scripts, timer=timer)


class Faults(logging.Handler):
    """The tracebacks of internal errors."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


def _attacked(asked: dict[str, Any], out: int) -> None:
    """In a process of its own: bounds it, runs the script, writes how it ended."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    bound = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CPU, (COMPUTING, COMPUTING + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    before = resource.getrusage(resource.RUSAGE_SELF)
    faults = Faults()
    logging.getLogger().addHandler(faults)
    how, said = fought(asked["source"], infer=asked["infer"], statements=asked["statements"])
    after = resource.getrusage(resource.RUSAGE_SELF)
    ended = {
        "how": how,
        "said": [line[:200] for line in said[:20]],
        "fault": "\n".join(faults.found)[-3000:],
        "seconds": after.ru_utime - before.ru_utime,
        "megabytes": (after.ru_maxrss - before.ru_maxrss) / 1024,
    }
    os.write(out, json.dumps(ended).encode())


def serve() -> None:
    """Answers line by line until there are no more."""
    compile_script("x = 1\n", KEYWORDS)  # builds the grammar
    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            try:
                _attacked(asked, writing)
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
        if not answer:
            killed = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "a traceback"
            empty = {"said": [], "fault": "", "seconds": COMPUTING, "megabytes": 0}
            answer = json.dumps({"how": f"KILLED by {killed}", **empty}).encode()
        sys.stdout.write(answer.decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
