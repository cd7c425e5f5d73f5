"""Every word of every keyword is also a variable's name."""

from collections.abc import Callable

import pytest

from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.nodes import Assign, Call, Command, Do, Name, Script, Text
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.phrases import COMMON_CLAUSES, STRUCTURE, longest, word_table
from tasktalk.interpreter.scanner import Scanner

Walk = Callable[[object], list[object]]

FORMS = [
    "{w} = 1", "LET {w} = 1", "SET {w} = 1", "{w} += 1", "x = {w}", "TALK {w}", "TALK {w} + 1, {w}", 'TALK "a" + {w}',
    "IF {w} = 1 THEN\nEND IF", "IF {w} THEN\nEND IF", "{w}.a = 2", "{w}[0] = {w}[1]", "x = {w} + {w}",
    "x = f({w}, {w})",
    "x = [{w}, {w}]", "x = {{{w}: {w}}}", "x = {w}.a", "FOR EACH {w} IN {w}\nNEXT {w}", "x = {w} AND {w} OR NOT {w}",
    "RETURN {w}", "x = ({w})", "x = y ? {w} : {w}", "HEAR {w}", "{w} = HEAR", "x = -{w}", "x = {w} IS NULL",
    "{w} = GET TASK STATUS {w}", "{w}.push(1)", 'TALK "${{{w}}}"', "FOR {w} = {w} TO {w}\nNEXT", "WHILE {w} > 1\nWEND",
    "SUB s({w})\nTALK {w}\nEND SUB", "SELECT CASE {w}\nCASE {w}\nEND SELECT", "WITH {w}\nEND WITH", "x = {w} & {w}",
]  # fmt: skip
# words that are values of their own, so that a name alone cannot be told from them
VALUES = {"HEAR", "NOT", "TRUE", "FALSE", "NULL", "NOTHING"}


def words_of(keywords: Keywords) -> list[str]:
    words = {word for phrase in keywords.phrases.entries for word in phrase.split()}
    return sorted(words - VALUES - {"NEW", "OBJECT", "ARRAY"})


def test_a_word_alone_in_a_text_is_what_it_is_between_blanks(keywords: Keywords) -> None:
    """A word alone is taken in a shorter way, which must not be seen."""
    phrases = keywords.phrases.entries
    words = {*words_of(keywords), *VALUES, *STRUCTURE, *phrases, *(phrase.replace(" ", "_") for phrase in phrases)}
    for word in sorted({form for each in words for form in (each, each.lower(), each.title(), f"{each}_x")}):
        alone, between = (parse(f'x = "a ${{{inside}}}"\n', keywords.phrases) for inside in (word, f" {word} "))
        assert alone.body == between.body, word
        assert [d.message for d in alone.diagnostics] == [d.message for d in between.diagnostics], word


def test_a_line_that_goes_on_is_no_variable_in_a_text(keywords: Keywords) -> None:
    [statement] = parse('x = "${_}"\n', keywords.phrases).body
    assert isinstance(statement, Assign)
    assert isinstance(statement.value, Text)
    assert statement.value.parts == ["${_}"]


def test_a_word_alone_in_a_text_has_its_place(nodes_of: Walk, keywords: Keywords) -> None:
    script = parse('x = "a ${"b ${name}"}"\n', keywords.phrases)
    assert {node.span for node in nodes_of(script) if isinstance(node, Name)} == {(1, 1, 1, 2), (1, 15, 1, 19)}


@pytest.mark.parametrize("form", FORMS)
def test_a_word_of_a_keyword_as_a_variable(keywords: Keywords, nodes_of: Walk, form: str) -> None:
    wrong = []
    for word in words_of(keywords):
        for spelled in (word, word.lower()):
            if word in form.split():
                continue
            script = parse(form.format(w=spelled) + "\n", keywords.phrases)
            nodes = nodes_of(script.body)
            commands = [n for n in nodes if isinstance(n, Command) and n.phrase.upper() == word]
            names = [n for n in nodes if isinstance(n, Name) and n.name == spelled]
            if script.diagnostics or commands or not names:
                wrong.append((spelled, [d.message for d in script.diagnostics]))
    assert wrong == []


@pytest.mark.parametrize("word", sorted({w for p in (*STRUCTURE, *COMMON_CLAUSES) for w in p.split()} - {"ELSE"}))
def test_a_word_of_the_structure_can_be_set_and_read_as_a_field(
    parse_clean: Callable[[str], Script], word: str
) -> None:
    script = parse_clean(f"{word.lower()} = 1\nx.{word.lower()} = {word.lower()}.a\nx = y.{word.lower()}\n")
    assert all(isinstance(statement, Assign) for statement in script.body)


def test_a_keyword_starts_a_command_where_nothing_can_continue_a_variable(parse_clean: Callable[[str], Script]) -> None:
    script = parse_clean(
        'status = GET TASK STATUS task_id\nTALK to\ntalk.x = 1\nTALK ("x")\nTALK("x") + "y"\nTALK("x")\n'
    )
    first, to, field, spaced, attached, call = script.body
    assert isinstance(first, Assign)
    assert isinstance(first.value, Command)
    assert isinstance(to, Do)
    assert isinstance(to.value, Command)
    assert to.value.phrase == "TALK"
    assert isinstance(field, Assign)
    for statement in (spaced, attached):
        assert isinstance(statement, Do)
        assert isinstance(statement.value, Command)
    assert isinstance(call, Do)
    assert isinstance(call.value, Call)  # a procedure of that name comes first: Keywords.command_of decides later


def test_the_longest_phrase_wins(parse_clean: Callable[[str], Script], nodes_of: Walk) -> None:
    script = parse_clean('GET "x"\nGET TASK "x"\nGET TASK STATUS "x"\nget task status "x"\n')
    phrases = [n.phrase for n in nodes_of(script.body) if isinstance(n, Command)]
    assert sorted(phrases) == ["GET", "GET TASK", "GET TASK STATUS", "GET TASK STATUS"]


def test_an_inner_word_of_a_for_is_not_taken_by_a_phrase(parse_clean: Callable[[str], Script]) -> None:
    parse_clean("FOR i = post TO 9\nNEXT\n")


def test_an_unknown_command_is_a_command_and_no_error(parse_clean: Callable[[str], Script], nodes_of: Walk) -> None:
    script = parse_clean('FROBNICATE "x", 1 WITH y\nz = SOME THING "x"\n')
    assert [n.phrase for n in nodes_of(script.body) if isinstance(n, Command)][::-1] == ["FROBNICATE", "SOME THING"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("add x", ("ADD", 1)),
        ("add task x", ("ADD TASK", 2)),
        ("add task to list x", ("ADD TASK TO LIST", 4)),
        ("add task to you", ("ADD TASK", 2)),  # begins a longer phrase and is none
        ("add task to", ("ADD TASK", 2)),
        ('add "task"', ("ADD", 1)),
        ("go on", (None, 0)),
        ("go on with x", ("GO ON WITH", 3)),
        ("task x", (None, 0)),
    ],
)
def test_the_longest_phrase_counts(line: str, expected: tuple[str | None, int]) -> None:
    known = word_table(["ADD TASK TO LIST", "ADD", "GO ON WITH", "ADD TASK"])
    [tokens] = Scanner(line, []).lines()
    assert longest(known, tokens, 0) == expected
