"""A waiting session as bytes: JSON in which scalars are themselves and all else refers into one table of objects.

`[format, compiler, [[program id, fingerprint, shared…]…], [[instance, procedure, point, values…]…], objects]`. In
values a list is always a tag: `[n]` is object n, `["date", text]` a date, `["int", hex]` an integer past 64 bits,
`["float", text]` one that JSON cannot say. Objects are `["L", items…]`, `["Q", rows…]`, `["R", key, value, …]`,
`["H", text, fields]`, `["each", list, index]`, `["range", start, stop, step]` and `["steps", value, stop, step]`. So
aliases and cycles survive and nothing nests. A single value, outside of any session, is `[format, value, objects]`.
"""

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tasktalk.interpreter.compiler.script import COMPILER_VERSION
from tasktalk.interpreter.containers import Steps
from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.host import Scripts
from tasktalk.interpreter.limits import BOUNDS, current
from tasktalk.interpreter.program import ID_DIGITS, Program
from tasktalk.interpreter.values import INTEGER_LIMIT, Handle, Rows, Value

if TYPE_CHECKING:
    from tasktalk.interpreter.instance import Frame, Instance

FORMAT = 1
_PROGRAM_ID = re.compile(rb"\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b")  # older states have all 64 digits
_LIST_ITERATOR: type = type(iter([]))
_RANGE_ITERATORS = (type(iter(range(1))), type(iter(range(2**70))))

_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)  # nothing nests

# Written values are JSON; what they stand for are script values and iterators. Neither has a narrower common type.
Written = Any
Kept = Any


# What reading something else than a state can raise, from Python's JSON reader to its iterators.
_DAMAGES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_MOST_BYTES = int(BOUNDS["state"].most)
_DAMAGED = "the state is damaged"
_SERVE_AS_BEFORE = "serve the bots with the version of TaskTalk that wrote it, until such conversations have ended"
_IS_HASH = re.compile(r"[0-9a-f]{32}(?:[0-9a-f]{32})?", re.ASCII).fullmatch


class StateError(Exception):
    """The stored state cannot be read: another format, another compiler, or no state at all. `hint` is the way out,
    where there is one."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Stored(NamedTuple):
    """A state that was read. The first program is the session's own."""

    programs: list[Program]
    shared: list[list[Value]]
    frames: list[tuple[int, str, int, list[Kept]]]


def _too_much(what: str) -> ScriptError:
    return ScriptError("limit", f"the conversation holds too much to be kept ({what})")


class _Writer:
    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._queue: list[Kept] = []
        self._count, self._most = 0, current().state_values

    def value(self, value: Kept) -> Written:
        kind = type(value)
        if kind is str or kind is bool or value is None:
            return value
        if kind is int:
            return value if -INTEGER_LIMIT <= value < INTEGER_LIMIT else ["int", hex(value)]
        if kind is float:
            return value if math.isfinite(value) else ["float", repr(value)]
        if kind is datetime:
            return ["date", value.isoformat()]
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._queue)
            self._queue.append(value)
        return [number]

    def objects(self) -> list[Written]:
        """All that was referred to, and what that refers to."""
        done: list[Written] = []
        while len(done) < len(self._queue):
            self._check()
            done.append(self._object(self._queue[len(done)]))
        return done

    def _check(self) -> None:
        if self._count > self._most:
            raise _too_much(f"more than {self._most:,} values")

    def _object(self, value: Kept) -> Written:
        kind, write = type(value), self.value
        if kind is list or kind is Rows:
            self._count += len(value) + 1
            self._check()
            return ["L" if kind is list else "Q", *map(write, value)]
        if kind is Handle:
            return ["H", str(value), write(value.fields)]
        if kind is dict:
            self._count += 2 * len(value) + 1
            flat = ["R"]
            for key, entry in value.items():
                flat += key, write(entry)
            return flat
        if kind is _LIST_ITERATOR:
            _, (items,), *index = value.__reduce__()
            return ["each", write(items), *index] if index else ["each", None]
        if kind in _RANGE_ITERATORS:
            _, (whole,), *index = value.__reduce__()
            left = whole[index[0] or 0 :] if index else whole
            return ["range", write(left.start), write(left.stop), write(left.step)]
        if kind is Steps:
            return ["steps", write(value.value), write(value.stop), write(value.step)]
        raise TypeError(f"a {kind.__name__} cannot be kept")


def _checked(data: bytes) -> bytes:
    most = current().state
    if len(data) > most:
        raise _too_much(f"{len(data):,} bytes of {most:,}")
    return data


def dump(main: "Instance", frames: Sequence["Frame"]) -> bytes:
    """The state of a session whose own instance is `main`; ScriptError `limit` past the limits."""
    writer, instances = _Writer(), [main]
    written = []
    for instance, procedure, point, kept in frames:
        if instance not in instances:
            instances.append(instance)
        written.append([instances.index(instance), procedure, point, *map(writer.value, kept)])
    opened = [[i.program.id, i.program.fingerprint, *map(writer.value, i.shared_values())] for i in instances]
    whole = [FORMAT, COMPILER_VERSION, opened, written, writer.objects()]
    return _checked(_bytes(whole))


def _bytes(whole: Written) -> bytes:
    return _ENCODER.encode(whole).encode("utf-8", "surrogatepass")


def dump_value(value: Value) -> bytes:
    """A value alone, whatever it contains; ScriptError `limit` past the limits of a session."""
    writer = _Writer()
    written = writer.value(value)
    return _checked(_bytes([FORMAT, written, writer.objects()]))


def load_value(data: bytes) -> Value:
    """The value that was dumped, every list and record of it new; StateError says why it cannot be read."""
    try:
        form, written, objects = json.loads(data.decode("utf-8", "surrogatepass"))
        if form != FORMAT:
            raise StateError(f"the value has format {form}; this version reads format {FORMAT}")
        found: Value = _objects(objects)(written)
    except _DAMAGES as error:
        raise StateError("the value is damaged") from error
    return found


def load(data: bytes, scripts: Scripts) -> Stored:
    """Reads a state; StateError says why it cannot be read."""
    if type(data) is not bytes or len(data) > _MOST_BYTES:
        raise StateError(_DAMAGED)
    try:
        form, compiler, *whole = json.loads(data.decode("utf-8", "surrogatepass"))
    except _DAMAGES:
        raise StateError(_DAMAGED) from None
    if form != FORMAT or compiler != COMPILER_VERSION:
        raise _of_another_version(form, compiler)
    try:
        return _read(whole, scripts)
    except Refused as error:
        raise StateError(f"the script that the state belongs to cannot be had: {error.message}", error.hint) from error
    except _DAMAGES as error:
        raise StateError(_DAMAGED) from error


def _of_another_version(form: Written, compiler: Written) -> StateError:
    if type(form) is not int or type(compiler) is not int:
        return StateError(_DAMAGED)
    return StateError(
        f"the state has format {form} of compiler {compiler};"
        f" this version reads format {FORMAT} of compiler {COMPILER_VERSION}",
        _SERVE_AS_BEFORE,
    )


def mentioned(data: bytes) -> set[str]:
    """The ids of all programs that a state may need, be it of another format; and perhaps of more."""
    return {found.decode()[:ID_DIGITS] for found in _PROGRAM_ID.findall(data)}


def _read(whole: list[Written], scripts: Scripts) -> Stored:
    opened, frames, objects = whole
    if not opened or not frames:
        raise StateError(_DAMAGED)
    value = _objects(objects)
    programs = []
    for program_id, fingerprint, *_ in opened:
        if type(program_id) is not str or not _IS_HASH(program_id):
            raise StateError(_DAMAGED)  # and nobody is asked for it
        program = scripts.by_id(program_id[:ID_DIGITS])
        if program.fingerprint != fingerprint:
            raise _unfit(program)
        programs.append(program)
    shared = [[value(v) if type(v) is list else v for v in rest] for _, _, *rest in opened]
    read = [
        (i, procedure, point, [value(v) if type(v) is list else v for v in kept])
        for i, procedure, point, *kept in frames
    ]
    stored = Stored(programs, shared, read)
    _check(stored)
    return stored


def _check(stored: Stored) -> None:
    """What is read fits to its programs: a session would only notice when it goes on."""
    for program, values in zip(stored.programs, stored.shared, strict=True):
        if len(values) != len(program.shared):
            raise _unfit(program)
    for i, procedure, point, kept in stored.frames:
        if type(i) is not int or i < 0:
            raise StateError(_DAMAGED)
        program = stored.programs[i]
        found = program.procedures.get(procedure)
        if found is None or type(point) is not int or point not in found.kept.live:
            raise _unfit(program)
        names, _ = found.kept.live[point]
        if len(kept) != len(names):
            raise _unfit(program)


def _unfit(program: Program) -> StateError:
    return StateError(f"the state does not fit to {program.name} as it is compiled now", _SERVE_AS_BEFORE)


def _objects(objects: list[Written]) -> Callable[[Written], Kept]:
    """What gives the value that something written stands for; the objects that it refers to are made here, once."""
    values = [_new_object(written) for written in objects]

    def value(written: Written) -> Kept:
        if type(written) is not list:
            return written
        tag = written[0]
        if type(tag) is int:
            return values[tag]
        if tag == "date":
            return datetime.fromisoformat(written[1])
        return int(written[1], 16) if tag == "int" else float(written[1])

    for made, written in zip(values, objects, strict=True):
        if written[0] in ("L", "Q"):
            made.extend(map(value, written[1:]))
        elif written[0] == "H":
            made.fields = value(written[2])
        elif written[0] == "R":
            for i in range(1, len(written), 2):
                made[written[i]] = value(written[i + 1])
    for number, written in enumerate(objects):
        if written[0] == "range":
            values[number] = iter(range(*map(value, written[1:])))
        elif written[0] == "steps":
            values[number] = Steps(*map(value, written[1:]))
        elif written[0] == "each":
            values[number] = _list_iterator(written, value(written[1]))
    return value


def _new_object(written: Written) -> Kept:
    kind = written[0]
    if kind == "L":
        return []
    if kind == "Q":
        return Rows()
    if kind == "H":
        return Handle(written[1])
    return {} if kind == "R" else None


def _list_iterator(written: Written, items: list[Value] | None) -> Kept:
    if items is None:  # it had ended: whatever is appended to its list, it gives nothing more
        return iter([])
    made: Any = list.__iter__(items)
    made.__setstate__(written[2])
    return made
