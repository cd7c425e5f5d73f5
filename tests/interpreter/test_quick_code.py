"""What compiled code does without where nothing can need it: it is as quick as what people write by hand."""

import ast

import pytest

from tasktalk.interpreter.compiler.script import lowered
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.program import standard_functions
from tasktalk.interpreter.resolver import resolve
from tasktalk.interpreter.session import Finished, Session
from tasktalk.interpreter.tree import MAIN
from tests.interpreter.suspending import KEYWORDS, Folder, World, run


def code_of(source: str, procedure: str = MAIN, *, brief: bool = False) -> str:
    """The Python of one procedure, as text."""
    resolved = resolve(parse(source, KEYWORDS.phrases), KEYWORDS, standard_functions(), [])
    assert not resolved.diagnostics
    made = lowered(resolved.script, "start.bas", brief=brief).procedures[procedure]
    return ast.unparse(ast.fix_missing_locations(made.fast()))


@pytest.mark.parametrize(
    "source",
    [
        "FOR EACH x IN a\n  IF x.n > 3 THEN\n    TALK x\n  END IF\nNEXT\n",
        "WHILE a.n > 0\n  IF a.n = 3 THEN\n    IF a.vip THEN\n      TALK 1\n    END IF\n  END IF\nWEND\n",
        "IF a.n > 3 THEN\n  TALK a\nEND IF\n",
        "DO\n  TALK a\nLOOP UNTIL a.n > 3\n",
    ],
    ids=["round", "rounds in one another", "procedure", "loop"],
)
def test_what_ends_with_a_choice_leaves_it_without_a_flag(source: str) -> None:
    assert "True if" not in code_of(f"HEAR a\n{source}")


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("DIM a(9)\nFOR i = 0 TO 9\n  IF a(i) = 1 THEN TALK i\nNEXT\n", "v_a[v_i] == 1"),
        ("r = {n: 1}\nr.n = r.n + 1\nTALK r\n", "v_r['n'] = v_r['n'] + 1"),
        ('w = "word"\nFOR i = 1 TO 4\n  TALK MID(w, i, 1)\nNEXT\n', "v_w[v_i - 1]]"),
        ('FOR i = 1 TO 3\n  TALK "n" + i + 5\nNEXT\n', "f'n{v_i}5'"),
        ("HEAR k\nr = {}\nr[k] = 1\nTALK r\n", "if v_k in v_r:"),
        ("HEAR k\nTALK COALESCE(k, 1)\n", "1 if v_k is None or (not v_k and type(v_k) is Rows) else v_k"),
    ],
    ids=["number", "field", "character", "small numbers in a text", "field by name", "null"],
)
def test_nothing_is_checked_that_is_known(source: str, wanted: str) -> None:
    assert wanted in code_of(source)


@pytest.mark.parametrize("call", ["TALK 1", "greet 1", 'CALL "other.bas"'], ids=["keyword", "procedure", "script"])
def test_a_result_that_nobody_takes_is_put_nowhere(call: str) -> None:
    code = code_of(f"{call}\nSUB greet(x)\n  TALK x\nEND SUB\n")
    assert not any(isinstance(node, ast.Assign) for node in ast.walk(ast.parse(code)))


STEPS = 'IF a.n > 3 THEN x = a.n\ny = "n${a.n}"\nIF y < a THEN\n  z = a.k\nEND IF\n'
TOLD = f'{STEPS}TALK a.k, "of ${{y}}"\n'


@pytest.mark.parametrize(
    ("source", "procedure"),
    [
        (f"HEAR a\n{TOLD}", MAIN),
        (f"HEAR a\nFOR i = 1 TO 2\n  CONTINUE\nNEXT\n{TOLD}", MAIN),
        (f"ON INSERT OF orders\na = row\n{TOLD}END ON\n", "HANDLER1"),
        ('FOR EACH a IN [1]\n  TALK a.k, "of ${a.n}"\nNEXT\n', MAIN),
        ('SUB tell(a)\n  TALK a.k, "of ${a.n}"\nEND SUB\ntell 1\n', "tell"),
    ],
    ids=["top level", "behind a loop", "handler", "keyword in a loop", "keyword in a procedure"],
)
def test_what_a_fast_form_would_not_pay_for_has_none(source: str, procedure: str) -> None:
    code = code_of(source, procedure, brief=True)
    assert "_DE" not in code
    assert "_wt" not in code
    assert "_DE" in code_of(source, procedure)


@pytest.mark.parametrize(
    ("source", "procedure"),
    [
        (f"HEAR a\nFOR i = 1 TO 2\n{STEPS}NEXT\n", MAIN),
        (f"HEAR a\nDO\n{STEPS}LOOP UNTIL x > a\n", MAIN),
        (f"HEAR a\nFOR i = 1 TO 2\n  FOR j = 1 TO 2\n  NEXT\n{STEPS}NEXT\n", MAIN),
        (f"HEAR a\n{STEPS}again:\nGOTO again\n", MAIN),
        (f"HEAR a\nFOR i = 1 TO 2\nNEXT\nagain:\n{STEPS}GOTO again\n", MAIN),
        (f"SUB tell(a)\n{STEPS}END SUB\ntell 1\n", "tell"),
        (f"PARAM a AS number\n{STEPS}", MAIN),
    ],
    ids=[
        "loop",
        "endless loop",
        "behind a loop in a loop",
        "jump",
        "jump behind a loop",
        "procedure",
        "script that others call",
    ],
)
def test_what_may_run_often_keeps_its_fast_forms(source: str, procedure: str) -> None:
    code = code_of(source, procedure, brief=True)
    assert code == code_of(source, procedure)
    assert code.count("_DE") > 3


@pytest.mark.parametrize("calculation", ["a * b > c", "a + b > c", "ABS(a) > c", "-a > c"])
def test_what_is_out_of_range_in_between_is_so_in_all_code(calculation: str) -> None:
    source = f"a = 9e307\nb = 100\nc = -5\nIF {calculation} THEN q = 1 ELSE q = 2\nRETURN q\n"
    results = [run(Folder({"start.bas": source}, infer=False, brief=brief)).ended for brief in (True, False)]
    assert results[0] == results[1]
    assert results[0][0] == "DONE"


def test_what_may_be_made_is_not_asked_again_after_it_was() -> None:
    folder = Folder({"start.bas": "FOR EACH i IN [1]\n  r.a = r + 1\nNEXT\nRETURN r.a\n"})
    outcome = Session(folder.by_name("start.bas"), World(), folder).start()
    assert isinstance(outcome, Finished)
    assert outcome.value == 1


def test_names_have_one_node_each_and_what_fails_beside_them_has_its_place() -> None:
    source = "a = 1\nb = a\nc =   a +   [b][a]\n"
    resolved = resolve(parse(source, KEYWORDS.phrases), KEYWORDS, standard_functions(), [])
    tree_of = lowered(resolved.script, "start.bas").procedures[MAIN].fast()
    nodes = [node for node in ast.walk(tree_of) if isinstance(node, ast.Name) and node.id == "v_a"]
    assert len(nodes) > 2
    assert len({id(node) for node in nodes}) == 2  # where it is assigned, and where it is read
    outcome = Session(Folder({"start.bas": source}).by_name("start.bas"), World(), Folder({})).start
    with pytest.raises(ScriptError) as failed:
        outcome()
    assert failed.value.span is not None
    assert tuple(failed.value.span) == (3, 13, 3, 19)
