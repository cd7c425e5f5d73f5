"""One run of one script: its variables, its functions, and its frames between Python's stack and plain data."""

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import CellType, CodeType, FunctionType, TracebackType
from typing import Any, NamedTuple
from weakref import ref

from tasktalk.interpreter.compiler.compiled import Code, positions
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.keyword_calls import call_keyword
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.tree import MAIN
from tasktalk.interpreter.values import Value

_COMPILER_FRAMES = 2000


class Frame(NamedTuple):
    """A procedure that waits at a point, with the values that it will need."""

    instance: "Instance"
    procedure: str
    point: int
    values: list[Any]


class Cells(dict[str, CellType]):
    """What compiled code closes over, by name; made when it is first asked for."""

    def __missing__(self, name: str) -> CellType:
        cell = self[name] = CellType(None)
        return cell


class Instance:
    """One run of one script. `outside` are the cells that it shares with the whole session.

    It holds nothing that leads back to its session: sessions come and go with every turn, and Python should not have to
    search for cycles to be rid of them.
    """

    def __init__(self, program: Program, outside: dict[str, CellType], shared: Sequence[Value] = ()) -> None:
        self.program = program
        self.cells = cells = Cells(outside)
        cells["_K"] = CellType(partial(call_keyword, program.keywords, outside["_H"]))
        for name, value in zip(program.shared, shared, strict=False):
            cells[name] = CellType(value)
        self._counts = False

    def count(self, *, counts: bool) -> None:
        """From its next call or resume on, its code counts the statements that it runs, or does no more.

        Only while none of its code is on Python's stack.
        """
        self._counts = counts
        for name, cell in self.cells.items():
            if name.startswith(("p_", "q_")):
                cell.cell_contents = None

    def function(self, procedure: str) -> Callable[..., Value]:
        """A procedure of the script."""
        self._bind_procedures([procedure])
        found: Callable[..., Value] = self.cells["p_" + procedure].cell_contents
        return found

    def run(self, arguments: list[Value]) -> Value:
        """The script from its first line."""
        main = self.function(MAIN)
        return main(arguments) if self.program.takes_arguments else main()

    def shared_values(self) -> list[Value]:
        """The shared variables, in the program's order."""
        cells = self.cells
        return [cells[name].cell_contents for name in self.program.shared]

    def resume(self, frame: Frame, value: Value, error: ScriptError | None) -> Value:
        """One procedure from its point to its end."""
        procedure = self.program.procedures[frame.procedure]
        code = procedure.twin(frame.point, counts=self._counts)
        if code.has_tail:
            cell = self.cells["q_" + frame.procedure]
            if cell.cell_contents is None:
                tail = procedure.tail(counts=self._counts)
                cell.cell_contents = self._bound(tail)
                self._bind_procedures(tail.calls)
        self._bind_procedures(code.calls)
        function: Callable[..., Value] = self._bound(code)
        _, target = procedure.kept.live[frame.point]
        return function(error, *frame.values, value) if target else function(error, *frame.values)

    def _bound(self, code: Code) -> FunctionType:
        """The code as a function that closes over this run's cells."""
        cells = self.cells
        return FunctionType(code.python, self.program.globals, code.name, None, tuple([cells[n] for n in code.cells]))

    def _bind_procedures(self, names: Iterable[str]) -> None:
        """Makes the functions of these procedures, and of those that they call; most turns need few of a script's."""
        left = list(names)
        while left:
            name = left.pop()
            cell = self.cells["p_" + name]
            if cell.cell_contents is not None:
                continue
            if self._counts:  # weakly, as in the session: it would lead back to itself
                cell.cell_contents = partial(_first_call, ref(self), name)
                continue
            code = self.program.procedures[name].code
            cell.cell_contents = self._bound(code)
            left += code.calls

    def count_in(self, name: str) -> FunctionType:
        """Makes the function of a procedure that counts; each is compiled when it is first called."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + _COMPILER_FRAMES)  # the script may be near its own
        try:
            code = self.program.procedures[name].counting()
        finally:
            sys.setrecursionlimit(limit)
        function = self.cells["p_" + name].cell_contents = self._bound(code)
        self._bind_procedures(code.calls)
        return function


def _first_call(instance: "ref[Instance]", name: str, *arguments: Value) -> Value:
    """Stands for a procedure that counts until it is called."""
    caller = instance()
    if caller is None:
        raise ReferenceError("the run of a script is gone")
    result: Value = caller.count_in(name)(*arguments)
    return result


def captured(traceback: TracebackType | None, instance: Instance, call_script: CodeType) -> list[Frame]:
    """What stood on Python's stack when a script suspended, the outermost first.

    Code positions become points, frame variables values. In a frame of `call_script`, the variable `instance` is the
    run of the script that was called.
    """
    frames: list[Frame] = []
    while traceback is not None:
        frame = traceback.tb_frame
        code = frame.f_code
        known = positions(code)
        if known is not None:
            number = known.point(traceback.tb_lasti // 2)
            if number is not None:  # else it went on in its procedure's tail, whose frame comes next
                procedure = known.procedure
                names, _ = procedure.kept.live[number]
                found = frame.f_locals if names else {}  # Python builds that anew at every look
                frames.append(Frame(instance, procedure.name, number, [found.get(name) for name in names]))
        elif code is call_script:
            instance = frame.f_locals["instance"]
        traceback = traceback.tb_next
    return frames
