"""Where a text has another, which the two databases have different words for."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Place(FunctionElement[int]):
    """At which character of the first text the second begins, from 1, told apart by each character; 0 where it has
    none, and null where either is null."""

    name = "place"
    type = Integer()
    inherit_cache = True


@compiles(Place, "sqlite")
def _instr(element: Place, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(Place, "postgresql")
def _strpos(element: Place, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"
