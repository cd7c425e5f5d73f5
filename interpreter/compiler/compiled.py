"""A compiled procedure as sessions use it: its code, its points, and what a frame that waits has to keep.

It needs neither tree nor IR, so it can come out of a cache. Those are asked for when a session first resumes at a
point, for the code of that resume (the twin), and made again from the source if need be.
"""

from ast import FunctionDef
from collections.abc import Callable, Collection, Mapping
from types import CodeType
from typing import NamedTuple
from weakref import ref

from tasktalk.interpreter.compiler.lowering import PointPlace
from tasktalk.interpreter.compiler.procedures import LoweredProcedure
from tasktalk.interpreter.compiler.pyast import MARK
from tasktalk.interpreter.errors import Span


class Code(NamedTuple):
    """A code object with what a session asks of it each time: the cells that it closes over, in order, the procedures
    among them, and whether the procedure's own tail is one of them."""

    python: CodeType
    name: str
    cells: tuple[str, ...]
    calls: tuple[str, ...]
    has_tail: bool


class Kept(NamedTuple):
    """`live` says for each point the names to keep, and the one that takes the result (None where nobody needs it).

    `guarded` are the points that have a TRY or ON ERROR around them.
    """

    live: Mapping[int, tuple[list[str], str | None]]
    guarded: Collection[int]


class CompiledProcedure:
    """One procedure of a program; immutable but for what is made when it is first asked for."""

    def __init__(
        self,
        name: str,
        script: str,
        code: CodeType,
        points: Mapping[int, PointPlace],
        phrases: Mapping[tuple[int, int], str],
        lowered: Callable[[], LoweredProcedure],
        kept: Kept | None = None,
    ) -> None:
        self.name, self.script, self.points, self.phrases = name, script, points, phrases
        self.plain_code = code
        self.code = self._known(code)
        self._lowered, self._kept = lowered, kept
        self._made: dict[tuple[int | str, bool], Code] = {}

    @property
    def lowered(self) -> LoweredProcedure:
        """The form that code is made from."""
        return self._lowered()

    @property
    def kept(self) -> Kept:
        """What frames keep at each point."""
        if self._kept is None:
            self._kept = Kept(self.lowered.live, self.lowered.guarded())
        return self._kept

    def twin(self, number: int, *, counts: bool = False) -> Code:
        """The compiled code behind a point; made once. `counts`, here and below: it counts its statements."""
        return self._once(number, counts, lambda lowered: lowered.twin_function(number, counts=counts))

    def tail(self, *, counts: bool = False) -> Code:
        """The compiled tail, which twins of a long procedure share; made once."""
        return self._once("tail", counts, lambda lowered: lowered.tail_function(counts=counts))

    def counting(self) -> Code:
        """The whole procedure as code that counts its statements; made once."""
        return self._once("whole", True, lambda lowered: lowered.fast(counts=True))

    def _once(self, what: int | str, counts: bool, function: Callable[[LoweredProcedure], FunctionDef]) -> Code:
        code = self._made.get((what, counts))
        if code is None:
            lowered = self.lowered
            code = self._made[what, counts] = self._known(lowered.compiled(function(lowered)))
        return code

    def _known(self, code: CodeType) -> Code:
        """The code with what we know of it."""
        known = code.replace(co_consts=(*code.co_consts, Positions(code, self)))
        cells = code.co_freevars
        calls = tuple([name[2:] for name in cells if name.startswith("p_")])
        return Code(known, code.co_name, cells, calls, "q_" + self.name in cells)


class Positions:
    """What a code object of ours is: whose, and which point each of its code units belongs to.

    It travels as the last constant of the code object itself, so a traceback tells all without any table of programs.
    The procedure is held weakly: Python's collector does not look into code objects, so a cycle through one would
    stay. For the same reason the code is held as it was without this constant, until it is first read.
    """

    __slots__ = ("_code", "_places", "_procedure", "_units")

    def __init__(self, code: CodeType, procedure: CompiledProcedure) -> None:
        self._procedure = ref(procedure)
        self._code: CodeType | None = code
        self._units: dict[int, int] = {}
        self._places: list[tuple[int | None, int | None, int | None, int | None]] = []

    def _read(self) -> None:
        if self._code is not None:
            self._places = list(self._code.co_positions())
            for unit, (_, _, _, end_column) in enumerate(self._places):
                if end_column is not None and end_column > MARK:
                    self._units[unit] = end_column - MARK
            self._code = None

    @property
    def procedure(self) -> CompiledProcedure:
        """Whose code it is; its program must still be held by somebody."""
        found = self._procedure()
        if found is None:
            raise ReferenceError("the program of a running script is gone")
        return found

    def point(self, unit: int) -> int | None:
        """The suspension point that a code unit belongs to."""
        if self._code is not None:
            self._read()
        return self._units.get(unit)

    def span(self, unit: int) -> Span | None:
        """The script's place of a code unit."""
        number = self.point(unit)
        if number is not None:
            return self.procedure.points[number].span
        line, end_line, column, end_column = self._places[unit]
        if line is None or end_line is None or column is None or end_column is None:
            return None
        return Span(line, column, end_line, end_column)


def positions(code: CodeType) -> Positions | None:
    """What we know of a code object; None for one that is not a script's."""
    constants = code.co_consts
    last = constants[-1] if constants else None
    return last if isinstance(last, Positions) else None
