"""What binds tighter, literals, and commands in the place of a value."""

from collections.abc import Callable

import pytest

from tasktalk.interpreter import nodes
from tasktalk.interpreter.nodes import Script
from tasktalk.interpreter.unparse_expressions import expression

Parse = Callable[[str], Script]


def value_of(script: Script) -> nodes.Expression:
    statement = script.body[0]
    assert isinstance(statement, nodes.Assign)
    return statement.value


def bracketed(node: object) -> str:
    """The tree of operators, with every bracket written."""
    match node:
        case nodes.Binary(operator, left, right):
            return f"({bracketed(left)} {operator} {bracketed(right)})"
        case nodes.Unary(operator, operand):
            return f"[{operator} {bracketed(operand)}]"
        case nodes.Conditional(condition, yes, no):
            return f"({bracketed(condition)} ? {bracketed(yes)} : {bracketed(no)})"
        case nodes.Name(name):
            return name
        case nodes.Number(number):
            return str(number)
    return type(node).__name__


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", "(a + (b * c))"), ("a * b + c", "((a * b) + c)"), ("a - b - c", "((a - b) - c)"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"), ("-a ^ b", "[- (a ^ b)]"), ("a ^ -b", "(a ^ [- b])"), ("-a * b", "([- a] * b)"),
        ("a & b + c", "(a & (b + c))"), ("a = b & c", "(a = (b & c))"), ("NOT a = b", "[NOT (a = b)]"),
        ("NOT a AND b", "([NOT a] AND b)"), ("a OR b AND c", "(a OR (b AND c))"), ("a ?? b OR c", "(a ?? (b OR c))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"), ("a ?? b ? c : d", "((a ?? b) ? c : d)"),
        ("a MOD b * c", "((a MOD b) * c)"), ("a % b", "(a MOD b)"), ("a ** b", "(a ^ b)"), ("a == b", "(a = b)"),
        ("a != b", "(a <> b)"), ("a && b || !c", "((a AND b) OR [NOT c])"), ("a IS NULL", "[IS NULL a]"),
        ("a + b IS NOT NULL", "[IS NOT NULL (a + b)]"), ("a IS b", "(a = b)"), ("a IS NOT b", "(a <> b)"),
        ("a NOT IN b AND c", "((a NOT IN b) AND c)"), ("a STARTS WITH b + c", "(a STARTS WITH (b + c))"),
        ("a LIKE b", "(a LIKE b)"), ("a CONTAINS b OR c", "((a CONTAINS b) OR c)"), ("(a + b) * c", "((a + b) * c)"),
    ],
)  # fmt: skip
def test_precedence(parse_clean: Parse, text: str, tree: str) -> None:
    assert bracketed(value_of(parse_clean(f"x = {text}\n"))) == tree


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("&HFF", 255), ("0x1F", 31),
    ("9223372036854775807", 2**63 - 1), ("9223372036854775808", 2.0**63)],
)  # fmt: skip
def test_numbers(parse_clean: Parse, text: str, value: float) -> None:
    node = value_of(parse_clean(f"x = {text}\n"))
    assert isinstance(node, nodes.Number)
    assert (node.value, type(node.value)) == (value, type(value))


def test_ampersand_before_a_name_that_looks_like_a_number(parse_clean: Parse) -> None:
    node = value_of(parse_clean('x = "a"&HE\n'))
    assert isinstance(node, nodes.Binary)


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("false", False), ("NULL", None), ("Nothing", None)])
def test_constants(parse_clean: Parse, text: str, value: bool | None) -> None:
    node = value_of(parse_clean(f"x = {text}\n"))
    assert isinstance(node, nodes.Constant)
    assert node.value is value


def test_records(parse_clean: Parse) -> None:
    node = value_of(parse_clean('x = {"a": 1, b: {c: 2}, a.b: 5, e,}\n'))
    assert isinstance(node, nodes.RecordLiteral)
    assert [key for key, _ in node.pairs] == ["a", "b", "a.b", "e"]
    assert node.pairs[3][1] == nodes.Name("e", node.span)


def test_postfix(parse_clean: Parse) -> None:
    text = "a?.b.c[1]['k'].d(1, 2).e"
    assert expression(value_of(parse_clean(f"x = {text}\n"))) == text.replace("'", '"')


def test_a_command_is_a_value_where_it_is_the_whole_right_side(parse_clean: Parse) -> None:
    value = value_of(parse_clean('x = GET host + "/v1"\n'))
    assert isinstance(value, nodes.Command)
    assert isinstance(value.arguments[0], nodes.Binary)


def test_a_command_in_a_record_stops_at_the_next_key(parse_clean: Parse) -> None:
    value = value_of(parse_clean('x = {"owner": GET SESSION "user_name", "b": 1}\n'))
    assert isinstance(value, nodes.RecordLiteral)
    assert [key for key, _ in value.pairs] == ["owner", "b"]


def test_format_binds_tighter_than_plus(parse_clean: Parse) -> None:
    value = value_of(parse_clean('x = "CS-" + FORMAT NOW() AS "YYYY" + "-" + FORMAT RANDOM(1, 9)\n'))
    assert bracketed(value) == "(((Text + Command) + Text) + Command)"


@pytest.mark.parametrize("text", ['CREATE TASK("x", "y")', 'CREATE TASK "x", "y"'])
def test_both_forms_of_a_command_have_the_same_arguments(parse_clean: Parse, text: str) -> None:
    value = value_of(parse_clean(f"id = {text}\n"))
    assert isinstance(value, nodes.Command)
    assert (value.phrase, len(value.arguments)) == ("CREATE TASK", 2)


def test_a_bare_command_is_a_value(parse_clean: Parse) -> None:
    value = value_of(parse_clean("x = HEAR\n"))
    assert isinstance(value, nodes.Command)
    assert value.arguments == []


def test_clauses(parse_clean: Parse) -> None:
    value = value_of(parse_clean('x = FIND "t", "a=1" WHERE total > 5 ORDER BY total LIMIT 3\n'))
    assert isinstance(value, nodes.Command)
    assert [c.word for c in value.clauses] == ["WHERE", "ORDER BY", "LIMIT"]


def test_a_list_goes_on_behind_a_flag(parse_clean: Parse) -> None:
    value = value_of(parse_clean('x = FIND "t" ORDER BY a DESC, b\n'))
    assert isinstance(value, nodes.Command)
    assert [(c.word, len(c.arguments), c.separators) for c in value.clauses] == [("ORDER BY", 1, ""), ("DESC", 1, ",")]


def test_a_value_behind_a_flag(parse_clean: Parse) -> None:
    statement = parse_clean('FIND "t" DESC "y"\n').body[0]
    assert isinstance(statement, nodes.Do)
    assert isinstance(statement.value, nodes.Command)
    assert len(statement.value.clauses[0].arguments) == 1


def test_minus_before_an_argument_and_between_operands(parse_clean: Parse) -> None:
    script = parse_clean("WAIT -5\nx = WAIT - 5\nx = -WAIT -5\nTALK 7 -5\n")
    command = script.body[0]
    assert isinstance(command, nodes.Do)
    assert isinstance(command.value, nodes.Command)
    assert bracketed(command.value.arguments[0]) == "[- 5]"
    values = [s.value for s in script.body if isinstance(s, nodes.Assign)]
    assert [bracketed(value) for value in values] == ["(WAIT - 5)", "[- Command]"]


def test_pairs_in_a_clause(parse_clean: Parse) -> None:
    statement = parse_clean('SAVE "t" WITH name = "a", total = b = 5\n').body[0]
    assert isinstance(statement, nodes.Do)
    assert isinstance(statement.value, nodes.Command)
    clause = statement.value.clauses[0]
    assert [type(a).__name__ for a in clause.arguments] == ["Pair", "Pair"]


def test_anything_is_a_value_in_a_list_of_choices(parse_clean: Parse) -> None:
    statement = parse_clean('HEAR x AS "a", *\n').body[0]
    assert isinstance(statement, nodes.Do)
    assert isinstance(statement.value, nodes.Command)
    assert statement.value.clauses[0].arguments[1] == nodes.Constant("*", statement.span)
