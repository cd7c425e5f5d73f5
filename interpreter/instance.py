"""One run of one script: its variables, its functions, and its frames between Python's stack and plain data."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import CellType, CodeType, FunctionType, TracebackType
from typing import Any, NamedTuple

from tasktalk.interpreter.compiler.compiled import Code, positions
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.keyword_calls import call_keyword
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.tree import MAIN
from tasktalk.interpreter.values import Value


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
        code = procedure.twin(frame.point)
        if code.has_tail:
            tail = self.cells["q_" + frame.procedure]
            if tail.cell_contents is None:
                tail.cell_contents = self._bound(procedure.tail)
                self._bind_procedures(procedure.tail.calls)
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
            if cell.cell_contents is None:
                code = self.program.procedures[name].code
                cell.cell_contents = self._bound(code)
                left += code.calls


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
