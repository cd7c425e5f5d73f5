"""Compiled code can reach nothing but its own variables and the closed table of names."""

import ast

import pytest

from tasktalk.interpreter.compiler.procedures import STATE_NAMES
from tests.interpreter.suspending import Folder
from tests.interpreter.test_programs import PROGRAMS, title

FORBIDDEN = (
    ast.Attribute, ast.Import, ast.ImportFrom, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
    ast.Yield, ast.YieldFrom, ast.Await, ast.With, ast.ClassDef, ast.Global, ast.Delete, ast.Starred,
)  # fmt: skip
OWN = ("v_", "p_", "q_", "_w", "_u", *STATE_NAMES)
CELLS = ("_F", "_H", "_K", "_S")


@pytest.mark.parametrize("source", PROGRAMS, ids=title)
@pytest.mark.parametrize("infer", [True, False])
def test_every_tree(source: str, infer: bool) -> None:
    program = Folder({"start.bas": source}, infer=infer, long=0).by_name("start.bas")
    known = program.globals["__builtins__"]
    assert isinstance(known, dict)
    for procedure in (compiled.lowered for compiled in program.procedures.values()):
        functions = [procedure.fast(), *map(procedure.twin_function, procedure.live), procedure.tail_function()]
        for function in functions:
            for node in ast.walk(function):
                assert not isinstance(node, FORBIDDEN), ast.unparse(function)
                if isinstance(node, ast.Try):
                    assert not node.finalbody
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    is_ours = node.id.startswith(OWN) or node.id in ("pc", "_x", "_f", "_err", "_after", "_error")
                    assert is_ours or node.id in known or node.id in CELLS, node.id


def test_the_table_has_nothing_dangerous() -> None:
    known = Folder({"start.bas": ""}).by_name("start.bas").globals["__builtins__"]
    assert isinstance(known, dict)
    for name in ("eval", "exec", "open", "getattr", "__import__", "compile", "globals", "vars", "print", "input"):
        assert name not in known
