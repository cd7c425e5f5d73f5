"""Spans: every node says where it stands, to the column."""

from collections.abc import Callable

from tasktalk.interpreter import nodes
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.nodes import Script
from tasktalk.interpreter.parser import parse

Parse = Callable[[str], Script]
Walk = Callable[[object], list[object]]


def cut(source: str, span: Span) -> str:
    lines = source.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def test_operands_and_operators(parse_clean: Parse) -> None:
    source = 'x = foo("é😀", a.b) + (c)\n'
    statement = parse_clean(source).body[0]
    assert isinstance(statement, nodes.Assign)
    value = statement.value
    assert isinstance(value, nodes.Binary)
    assert isinstance(value.left, nodes.Call)
    assert cut(source, statement.span) == source.strip()
    assert cut(source, value.left.arguments[1].span) == "a.b"
    assert (cut(source, value.operator_span), cut(source, value.right.span)) == ("+", "(c)")


def test_interpolation(parse_clean: Parse, nodes_of: Walk) -> None:
    source = (
        'IF a THEN\n\tTALK "one ${first.field} two\n  ${f("x", second)} ${g(\\"y\\", third)}" + "${fourth}"\nEND IF\n'
    )
    found = {n.name: cut(source, n.span) for n in nodes_of(parse_clean(source).body) if isinstance(n, nodes.Name)}
    assert found == {name: name for name in ("a", "first", "f", "second", "g", "third", "fourth")}


def test_interpolation_in_a_block_of_text(parse_clean: Parse, nodes_of: Walk) -> None:
    source = "x = 1\r\nBEGIN TALK\r\n  ${first} and\r\n\r\n  é ${second} ${third + 1}\r\nEND TALK\r\n"
    found = {n.name: cut(source, n.span) for n in nodes_of(parse_clean(source).body) if isinstance(n, nodes.Name)}
    assert found == {"x": "x", "first": "first", "second": "second", "third": "third"}


def test_interpolation_inside_interpolation(parse_clean: Parse, nodes_of: Walk) -> None:
    source = 'x = "a ${f("b ${inner} c")} d"\n'
    found = {n.name: cut(source, n.span) for n in nodes_of(parse_clean(source).body) if isinstance(n, nodes.Name)}
    assert found["inner"] == "inner"


def test_blocks_reach_from_their_first_line_to_their_last(parse_clean: Parse) -> None:
    source = "x = 1\n  FOR i = 1 TO 3\n    y = i\n  NEXT i\n"
    loop = parse_clean(source).body[1]
    assert cut(source, loop.span) == "FOR i = 1 TO 3\n    y = i\n  NEXT i"


def test_commands_and_clauses(parse_clean: Parse) -> None:
    source = 'id = CREATE  TASK "x", who DUE "tomorrow"\n'
    statement = parse_clean(source).body[0]
    assert isinstance(statement, nodes.Assign)
    command = statement.value
    assert isinstance(command, nodes.Command)
    assert cut(source, command.phrase_span) == "CREATE  TASK"
    assert cut(source, command.span) == 'CREATE  TASK "x", who DUE "tomorrow"'
    assert cut(source, command.clauses[0].span) == 'DUE "tomorrow"'


def test_texts_over_lines(parse_clean: Parse, nodes_of: Walk) -> None:
    source = 'x = "one\ntwo" + \'three\' + """\nfour\n""" + last\n'
    found = [cut(source, n.span) for n in nodes_of(parse_clean(source).body) if isinstance(n, nodes.Text | nodes.Name)]
    assert sorted(found) == ['"""\nfour\n"""', '"one\ntwo"', "'three'", "last", "x"]


def test_names_after_a_bom_and_tabs(keywords: Keywords) -> None:
    statement = parse("\ufeff\tx = y\n", keywords.phrases).body[0]
    assert isinstance(statement, nodes.Assign)
    assert statement.target.span == (1, 3, 1, 4)
