"""Compiled code can reach nothing but its own variables and the closed table of names."""

import ast
from pathlib import Path

import pytest

from tasktalk.bots.assembly import language
from tasktalk.interpreter.compiler.procedures import STATE_NAMES
from tasktalk.interpreter.errors import NotRunnable
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.program import Program, compile_script
from tasktalk.runtime.turn import PREDEFINED
from tests.interpreter.attacks import ATTACKS
from tests.interpreter.suspending import KEYWORDS, Folder
from tests.interpreter.test_programs import PROGRAMS, title

FORBIDDEN = (
    ast.Attribute, ast.Import, ast.ImportFrom, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
    ast.Yield, ast.YieldFrom, ast.Await, ast.With, ast.ClassDef, ast.Global, ast.Delete, ast.Starred,
)  # fmt: skip
OWN = ("v_", "p_", "q_", "_w", "_u", *STATE_NAMES)
NAMES = ("pc", "_x", "_f", "_err", "_after", "_error", "_TEXT", "_ENTRIES")
CELLS = ("_F", "_H", "_K", "_S")


SCRIPTS = sorted(Path(__file__).parents[1].joinpath("scripts").rglob("*.bas"))
MOST_CHARACTERS = 2_000  # longer attacks repeat themselves


@pytest.mark.parametrize("source", PROGRAMS, ids=title)
@pytest.mark.parametrize("infer", [True, False])
def test_every_tree(source: str, infer: bool) -> None:
    look_at(Folder({"start.bas": source}, infer=infer, long=0, brief=infer).by_name("start.bas"))


@pytest.mark.parametrize("infer", [True, False])
@pytest.mark.parametrize(
    ("keywords", "sources"),
    [
        (KEYWORDS, [source for _, source in ATTACKS.values() if len(source) <= MOST_CHARACTERS]),
        (language(), [path.read_text("utf-8") for path in SCRIPTS]),
    ],
    ids=["attacks", "scripts"],
)
def test_every_tree_of(keywords: Keywords, sources: list[str], infer: bool) -> None:
    count = 0
    for source in sources:
        try:
            program = compile_script(
                source, keywords, "start.bas", ["user", *PREDEFINED], infer=infer, long=0, brief=infer
            )
        except NotRunnable:
            continue
        look_at(program)
        count += 1
    assert count > len(sources) / 2


def look_at(program: Program) -> None:
    """All functions that could be made of the program: the fast ones, what is left behind each point, the tails."""
    known = program.globals["__builtins__"]
    assert isinstance(known, dict)
    for procedure in (compiled.lowered for compiled in program.procedures.values()):
        functions = [
            function
            for counts in (False, True)
            for function in (
                procedure.fast(counts=counts),
                *(procedure.twin_function(point, counts=counts) for point in procedure.live),
                procedure.tail_function(counts=counts),
            )
        ]
        for function in functions:
            for node in ast.walk(function):
                assert not isinstance(node, FORBIDDEN), ast.unparse(function)
                if isinstance(node, ast.Try):
                    assert not node.finalbody
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    is_ours = node.id.startswith(OWN) or node.id in NAMES
                    assert is_ours or node.id in known or node.id in CELLS, node.id


def test_the_table_has_nothing_dangerous() -> None:
    known = Folder({"start.bas": ""}).by_name("start.bas").globals["__builtins__"]
    assert isinstance(known, dict)
    for name in ("eval", "exec", "open", "getattr", "__import__", "compile", "globals", "vars", "print", "input"):
        assert name not in known
