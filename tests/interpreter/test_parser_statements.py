"""The tree of each kind of statement and block."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from tasktalk.interpreter import nodes
from tasktalk.interpreter.nodes import Script

Parse = Callable[[str], Script]
T = TypeVar("T")


def only(script: Script, kind: type[T]) -> T:
    assert len(script.body) == 1
    statement = script.body[0]
    assert isinstance(statement, kind)
    return statement


def number(value: object) -> int | float:
    assert isinstance(value, nodes.Number)
    return value.value


def test_if_with_all_its_arms(parse_clean: Parse) -> None:
    block = only(
        parse_clean("IF a THEN\nx = 1\nELSEIF b THEN\nx = 2\nELSE IF c THEN\nx = 3\nELSE\nx = 4\nENDIF\n"), nodes.If
    )
    assert [len(arm.body) for arm in block.arms] == [1, 1, 1]
    assert len(block.otherwise) == 1
    assert not block.is_inline
    assert [arm.span.line for arm in block.arms] == [1, 3, 5]
    assert block.span == (1, 1, 9, 6)


def test_if_on_one_line(parse_clean: Parse) -> None:
    block = only(parse_clean("IF a THEN x = 1 : y = 2 ELSE z = 3 : w = 4\n"), nodes.If)
    assert (len(block.arms[0].body), len(block.otherwise), block.is_inline) == (2, 2, True)


def test_else_if_on_one_line(parse_clean: Parse) -> None:
    block = only(parse_clean("IF a THEN x = 1 ELSE IF b THEN x = 2 ELSE x = 3\n"), nodes.If)
    inner = block.otherwise[0]
    assert isinstance(inner, nodes.If)
    assert len(inner.otherwise) == 1


@pytest.mark.parametrize(
    "line",
    ["IF a THEN RETURN ELSE x = 1", "IF a THEN EXIT FOR ELSE x = 1", "IF a THEN FOR i = 1 TO 2 : NEXT ELSE x = 1"],
)
def test_else_after_a_word_that_may_stand_alone(parse_clean: Parse, line: str) -> None:
    block = only(parse_clean(line + "\n"), nodes.If)
    assert isinstance(block.otherwise[0], nodes.Assign)


@pytest.mark.parametrize("line", ["IF a THEN GOTO out", "IF a GOTO out"])
def test_if_goto(parse_clean: Parse, line: str) -> None:
    jump = only(parse_clean(line + "\n"), nodes.If).arms[0].body[0]
    assert jump == nodes.Jump("GOTO", ["out"], None, jump.span)


def test_if_then_a_line_number(parse_clean: Parse) -> None:
    block = only(parse_clean("IF a THEN 100 ELSE 200\n"), nodes.If)
    jumps = [block.arms[0].body[0], block.otherwise[0]]
    assert [j.targets for j in jumps if isinstance(j, nodes.Jump)] == [["100"], ["200"]]


def test_if_in_braces(parse_clean: Parse) -> None:
    assert len(only(parse_clean("IF a > 1 {\n  x = 1\n}\n"), nodes.If).arms[0].body) == 1


def test_for_with_a_block_inside_on_one_line(parse_clean: Parse) -> None:
    block = only(parse_clean("IF a THEN FOR i = 1 TO 3 : x = step : NEXT : y = 1\n"), nodes.If)
    loop, last = block.arms[0].body
    assert isinstance(loop, nodes.For)
    assert isinstance(last, nodes.Assign)


def test_for(parse_clean: Parse) -> None:
    block = only(parse_clean("FOR i = 10 TO 1 STEP -2\nx = i\nNEXT i\n"), nodes.For)
    assert (block.variable.name, number(block.start), number(block.stop)) == ("i", 10, 1)
    assert isinstance(block.step, nodes.Unary)


def test_next_closes_two_loops(parse_clean: Parse) -> None:
    outer = only(parse_clean("FOR i = 1 TO 2\nFOR j = 1 TO 2\nx = 1\nNEXT j, i\n"), nodes.For)
    assert isinstance(outer.body[0], nodes.For)


@pytest.mark.parametrize(
    ("line", "word"), [("FOR EACH x IN xs", ""), ("FOR x IN xs DO", ""), ("FOR EACH x IN xs LAST 5", "LAST"),
    ("FOR EACH x IN xs LIMIT 5 DO", "LIMIT")]
)  # fmt: skip
def test_for_each(parse_clean: Parse, line: str, word: str) -> None:
    block = only(parse_clean(f"{line}\ny = x\nEND FOR\n"), nodes.ForEach)
    assert (block.variable.name, block.limit_word, block.limit is not None) == ("x", word, bool(word))


@pytest.mark.parametrize("end", ["WEND", "END WHILE", "ENDWHILE", "LOOP"])
def test_while(parse_clean: Parse, end: str) -> None:
    assert len(only(parse_clean(f"WHILE a < 3 DO\na += 1\n{end}\n"), nodes.While).body) == 1


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [("DO", "LOOP", ("", "")), ("DO WHILE a", "LOOP", ("WHILE", "")), ("DO UNTIL a", "LOOP", ("UNTIL", "")),
    ("DO", "LOOP UNTIL a", ("", "UNTIL"))],
)  # fmt: skip
def test_do(parse_clean: Parse, first: str, last: str, words: tuple[str, str]) -> None:
    block = only(parse_clean(f"{first}\nx = 1\n{last}\n"), nodes.DoLoop)
    assert (block.before_word, block.after_word) == words


def test_select(parse_clean: Parse) -> None:
    source = 'SWITCH x\nCASE 1, "a"\ny = 1\nCASE IS >= 5, 7 TO 9\ny = 2\nDEFAULT\ny = 3\nEND SWITCH\n'
    block = only(parse_clean(source), nodes.Select)
    tests = [test for case in block.cases for test in case.tests]
    assert [test.word for test in tests] == ["", "", ">=", "TO"]
    assert number(tests[3].high) == 9
    assert len(block.otherwise) == 1


def test_case_with_its_statement_on_the_line(parse_clean: Parse) -> None:
    block = only(parse_clean("SELECT CASE x\nCASE 1 : y = 1\nCASE ELSE : y = 2\nEND SELECT\n"), nodes.Select)
    assert (len(block.cases[0].body), len(block.otherwise)) == (1, 1)


def test_procedure(parse_clean: Parse) -> None:
    source = "FUNCTION f(a, b AS NUMBER, post = 1 + 2, c AS TEXT = d ?? e) AS TEXT\nRETURN a\nEND FUNCTION\n"
    block = only(parse_clean(source), nodes.Procedure)
    assert block.kind == "FUNCTION"
    assert [(p.name.name, p.kind) for p in block.parameters] == [
        ("a", None),
        ("b", "NUMBER"),
        ("post", None),
        ("c", "TEXT"),
    ]
    assert [type(p.default).__name__ for p in block.parameters] == ["NoneType", "NoneType", "Binary", "Binary"]


def test_parameters_with_the_names_of_keywords(parse_clean: Parse) -> None:
    block = only(parse_clean("SUB f(HEAR, POST AS TEXT, NOT)\nEND SUB\n"), nodes.Procedure)
    assert [p.name.name for p in block.parameters] == ["HEAR", "POST", "NOT"]


def test_try(parse_clean: Parse) -> None:
    block = only(parse_clean("TRY\nx = 1\nCATCH e\ny = 1\nFINALLY\nz = 1\nEND TRY\n"), nodes.Try)
    assert block.variable == nodes.Name("e", block.span)
    assert (len(block.body), len(block.catch or []), len(block.final or [])) == (1, 1, 1)
    bare = only(parse_clean("TRY\nx = 1\nCATCH\nEND TRY\n"), nodes.Try)
    assert (bare.variable, bare.catch, bare.final) == (None, [], None)


def test_with(parse_clean: Parse) -> None:
    block = only(parse_clean("WITH p\nname = name\n.age.years = 3\nEND WITH\n"), nodes.With)
    assert [s.word for s in block.body if isinstance(s, nodes.Assign)] == ["", "."]


@pytest.mark.parametrize(
    "line", ['ON EVENT "e"', 'ON INSERT OF "t"', 'ON FORM SUBMIT "f"', "ON TASK COMPLETED t", "ON FACE DETECTED c"]
)
def test_on_event(parse_clean: Parse, line: str) -> None:
    block = only(parse_clean(f"{line}\nx = 1\nEND ON\n"), nodes.OnEvent)
    assert line.startswith(block.phrase)
    assert (len(block.arguments), len(block.body)) == (1, 1)


@pytest.mark.parametrize(
    ("line", "word", "targets"),
    [
        ("GOTO a", "GOTO", ["a"]), ("GOSUB 100", "GOSUB", ["100"]), ("EXIT", "EXIT", []), ("EXIT FOR", "EXIT FOR", []),
        ("CONTINUE", "CONTINUE", []), ("BREAK", "BREAK", []), ("END", "END", []), ("STOP", "STOP", []),
        ("ON ERROR RESUME NEXT", "ON ERROR RESUME NEXT", []), ("ON ERROR GOTO fix", "ON ERROR GOTO", ["fix"]),
        ("ON ERROR GOTO 0", "ON ERROR GOTO", ["0"]), ("resume next", "RESUME NEXT", []),
        ("ON n GOTO a, b", "GOTO", ["a", "b"]),
    ],
)  # fmt: skip
def test_jumps(parse_clean: Parse, line: str, word: str, targets: list[str]) -> None:
    jump = only(parse_clean(line + "\n"), nodes.Jump)
    assert (jump.word, jump.targets, jump.selector is not None) == (word, targets, line.startswith("ON n"))


def test_labels_and_line_numbers(parse_clean: Parse) -> None:
    script = parse_clean("again:\nloop:\n10 x = 1 : y = 2\n20\n")
    assert [s.name for s in script.body if isinstance(s, nodes.Label)] == ["again", "loop", "10", "20"]
    assert len(script.body) == 6


def test_return_with(parse_clean: Parse) -> None:
    statement = only(parse_clean("RETURN WITH a + 1 AS total, b AS name\n"), nodes.Return)
    pairs = [(p.word, p.right) for p in statement.fields if isinstance(p, nodes.Pair)]
    assert pairs == [("AS", nodes.Name("total", statement.span)), ("AS", nodes.Name("name", statement.span))]


@pytest.mark.parametrize(
    ("line", "word", "operator"),
    [("x = 1", "", "="), ("LET x = 1", "LET", "="), ("SET x.y[1].z = 1", "SET", "="), ("CONST x = 1", "CONST", "="),
    ("x += 1", "", "+="), ("x.a -= 1", "", "-=")],
)  # fmt: skip
def test_assignments(parse_clean: Parse, line: str, word: str, operator: str) -> None:
    statement = only(parse_clean(line + "\n"), nodes.Assign)
    assert (statement.word, statement.operator) == (word, operator)


def test_only_the_first_equals_sign_assigns(parse_clean: Parse) -> None:
    value = only(parse_clean("x = a = 1\n"), nodes.Assign).value
    assert isinstance(value, nodes.Binary)
    assert value.operator == "="


def test_dim_takes_kinds_sizes_and_values(parse_clean: Parse) -> None:
    command = only(parse_clean("DIM a, b(10), c AS INTEGER, d = 4\n"), nodes.Do).value
    assert isinstance(command, nodes.Command)
    assert [type(a).__name__ for a in command.arguments] == ["Name", "Call", "Pair", "Pair"]


def test_input_keeps_its_separators(parse_clean: Parse) -> None:
    command = only(parse_clean('INPUT "How many"; n, m\n'), nodes.Do).value
    assert isinstance(command, nodes.Command)
    assert command.separators == ";,"
