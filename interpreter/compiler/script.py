"""A whole script as IR: what its code is compiled from, now or when a session first resumes in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tasktalk.interpreter.compiler.lowering import python_name
from tasktalk.interpreter.compiler.procedures import LoweredProcedure
from tasktalk.interpreter.inference import Facts
from tasktalk.interpreter.tree import Script

COMPILER_VERSION = 3
LONG = 40  # top-level steps behind a point above which all twins of a procedure share one tail


class Names(NamedTuple):
    """The script's variables that procedures share, and all that its code may close over, in order."""

    shared: list[str]
    cells: list[str]
    takes_arguments: bool


@dataclass(frozen=True)
class Lowered:
    """A script as IR."""

    names: Names
    procedures: Mapping[str, LoweredProcedure]
    fingerprint: str


def lowered(script: Script, name: str, *, infer: bool = True, long: int = LONG, brief: bool = True) -> Lowered:
    """The resolved script as IR: the same one for the same script, in every process."""
    facts = Facts(script, infer=infer)
    shared = [python_name(v) for v in sorted(facts.shared)]
    listed = list(script.procedures)
    cells = ["_C", "_F", "_H", "_K", "_S", *shared, *("p_" + n for n in listed), *("q_" + n for n in listed)]
    procedures = {n: LoweredProcedure(facts, p, name, long, brief=brief) for n, p in script.procedures.items()}
    names = Names(shared, cells, bool(script.main.parameters))
    return Lowered(names, procedures, _fingerprint(shared, procedures))


def _fingerprint(shared: list[str], procedures: Mapping[str, LoweredProcedure]) -> str:
    shape = [
        (n, p.parameters, [(point.span, point.keyword and point.keyword.phrase) for point in p.points.values()])
        for n, p in procedures.items()
    ]
    return hashlib.sha256(repr((COMPILER_VERSION, shared, shape)).encode()).hexdigest()[:8]
