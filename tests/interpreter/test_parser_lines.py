"""What is one line, what is a comment and what is a text."""

from collections.abc import Callable

import pytest

from tasktalk.interpreter import nodes
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.nodes import Script
from tasktalk.interpreter.parser import parse

Parse = Callable[[str], Script]


def text_of(script: Script) -> str:
    statement = script.body[0]
    assert isinstance(statement, nodes.Assign)
    assert isinstance(statement.value, nodes.Text)
    assert all(isinstance(part, str) for part in statement.value.parts)
    return "".join(str(part) for part in statement.value.parts)


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\ny = 2\n", "x = 1\r\ny = 2\r\n", "\ufeffx = 1\ny = 2", "\tx\t=\t1\n\n\n\ty = 2\n", "x = 1 : y = 2",
        "x = 1:y = 2:",
        "x = 1\xa0\n\u3000y = 2\n", "x = 1\r\r\ny = 2\n", "x = 1\x0c\ny = 2\n",
    ],
)  # fmt: skip
def test_two_statements(parse_clean: Parse, source: str) -> None:
    script = parse_clean(source)
    assert [s.target.name for s in script.body if isinstance(s, nodes.Assign) and isinstance(s.target, nodes.Name)] == [
        "x",
        "y",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "x = f(1,\n  2)", "x = [\n1,\n2\n]", "x = #{\n  a: 1, ' first\n  // second\n  b: 2\n}", "x = 1 +\n 2",
        "x = a AND\n b", "x = 1 _\n + 2",
        "x = a\n  AND b", 'x = "a"\n  + "b"', 'x = "a"\n  & "b"', "x = f(\n  'a',\n  'b'\n)",
        'x = FIND "t"\n  WHERE a > 1', 'x = FIND "t" WHERE\n a > 1', "x = FIND t WITH\n a = 1",
    ],
)  # fmt: skip
def test_one_statement_over_several_lines(parse_clean: Parse, source: str) -> None:
    assert len(parse_clean(source + "\n").body) == 1


@pytest.mark.parametrize(
    "comment",
    [
        "' it's",
        "REM x",
        "rem",
        "// x",
        "# x",
        "  ' \"x",
        "x = 1 ' a 'b' c",
        "x = 1 ' \"",
        "x = 1 // c",
        "x = 1 # c",
        "x = 1 : REM c",
        "END ' c",
    ],
)
def test_comments(parse_clean: Parse, comment: str) -> None:
    script = parse_clean(comment + "\ny = 2\n")
    assert len(script.body) == 1 + (comment[0] in "xE")
    assert len(script.comments) == 1
    found = script.comments[0]
    assert found.text == comment.removeprefix("x = 1 ").removeprefix(": ").removeprefix("END ").strip()
    assert found.is_alone == (comment[0] not in "xE")


@pytest.mark.parametrize(
    "line", ["REMEMBER k = 'v'", "remaining = 1", "x = #{a: 1}", 'x = "http://a"', "x = 'a' + 'b'", "TALK 'hello'"]
)
def test_no_comments(parse_clean: Parse, line: str) -> None:
    script = parse_clean(line + "\n")
    assert (len(script.body), script.comments) == (1, [])


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('"a\\n\\t\\r\\"\\\\\\u00e9"', 'a\n\t\r"\\é'), ('"say ""x"" twice"', 'say "x" twice'), ('""', ""),
        ("'a \"b\"'", 'a "b"'),
        ('"a\nb"', "a\nb"), ('"a\r\nb"', "a\nb"), ('"""\na "b"\n"""', '\na "b"\n'), ("'\na b\n'", "\na b\n"),
        ('"\\ud83d\\ude00"', "😀"),
        ('"{name} {{name}} $5 ${ \\${a}"', "{name} {{name}} $5 ${ ${a}"), ('"' + "a" * 5000 + '"', "a" * 5000),
        ('"a\\qb"', "aqb"),
    ],
)  # fmt: skip
def test_texts(parse_clean: Parse, literal: str, text: str) -> None:
    script = parse_clean(f"x = {literal}\ny = 1\n")
    assert text_of(script) == text
    assert len(script.body) == 2


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("DESCRIPTION Finds the bot's orders, at 8am", "Finds the bot's orders, at 8am"),
        ("SET SCHEDULE every 5 minutes ' a comment", "every 5 minutes"),
        ("set schedule weekdays at 8am", "weekdays at 8am"),
        ("SET SCHEDULE 0 9 * * 1-5", "0 9 * * 1-5"),
        ("SET SCHEDULE */5 * * * *", "*/5 * * * *"),
        ('SET SCHEDULE every 2 hours, "other.bas", 1', "every 2 hours"),
    ],
)
def test_words_without_quotes(parse_clean: Parse, line: str, text: str) -> None:
    statement = parse_clean(line + "\n").body[0]
    assert isinstance(statement, nodes.Do)
    assert isinstance(statement.value, nodes.Command)
    assert isinstance(first := statement.value.arguments[0], nodes.Text)
    assert first.parts == [text]
    assert len(statement.value.arguments) == (3 if "other" in line else 1)


def test_a_schedule_that_is_an_expression_stays_one(parse_clean: Parse) -> None:
    statement = parse_clean("SET SCHEDULE NOW() + 3600\n").body[0]
    assert isinstance(statement, nodes.Do)
    assert isinstance(statement.value, nodes.Command)
    assert isinstance(statement.value.arguments[0], nodes.Binary)


def test_a_block_of_text_is_kept_as_it_stands(parse_clean: Parse) -> None:
    source = 'x = 1\nBEGIN TALK\n  Dear ${name},\n\n    IF this " is not code\n\\${kept}\nEND TALK\ny = 2\n'
    block = parse_clean(source).body[1]
    assert isinstance(block, nodes.Raw)
    assert (block.kind, block.header) == ("TALK", [])
    before, name, after = block.parts
    assert (before, after) == ("  Dear ", ',\n\n    IF this " is not code\n${kept}')
    assert name == nodes.Name("name", block.span)
    assert block.span == (2, 1, 7, 9)


@pytest.mark.parametrize("kind", ["TALK", "SYSTEM PROMPT", "MAIL"])
def test_kinds_of_text_blocks(parse_clean: Parse, kind: str) -> None:
    header = " address" if kind == "MAIL" else ""
    block = parse_clean(f"begin {kind.lower()}{header}\r\na\r\nb\r\nEnd {kind}\r\n").body[0]
    assert isinstance(block, nodes.Raw)
    assert (block.kind, block.parts, len(block.header)) == (kind, ["a\nb"], bool(header))


def test_table(parse_clean: Parse) -> None:
    script = parse_clean("TABLE orders ON shop\n  id integer\n  name ${x}\nEND TABLE\ntable = 1\n")
    block = script.body[0]
    assert isinstance(block, nodes.Raw)
    assert (block.kind, block.parts) == ("TABLE", ["  id integer\n  name ${x}"])
    assert [c.word for c in block.clauses] == ["ON"]
    assert isinstance(script.body[1], nodes.Assign)


def test_nothing_is_lost_behind_a_strange_blank(keywords: Keywords) -> None:
    for blank in "\x0b\x0c\x1c\x85\xa0\u1680\u2003\u2028\u2029\u3000\r\u200b":
        script = parse(f"x = 1{blank}+ 2\ny = 3\n", keywords.phrases)
        assert len(script.body) == 2, hex(ord(blank))


def test_an_empty_script(parse_clean: Parse) -> None:
    for source in ("", "\n", "\ufeff", " \t", "\r\n\r\n", "' only a comment"):
        assert parse_clean(source).body == []
