"""What is wrong with a script beyond its lines: names, arguments, loops, labels, and what is not supported."""

import re
from pathlib import Path

import pytest

from tasktalk.interpreter.errors import NotRunnable, Span
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.program import check, compile_script, standard_functions
from tasktalk.interpreter.resolver import resolve
from tests.interpreter.suspending import KEYWORDS, Folder, World, run

TEXT = Path(__file__).with_name("resolver_mistakes.txt").read_text("utf-8").partition("\n")[2]
MISTAKES = [tuple(entry.split("\n", 1)) for entry in TEXT.split("---\n")]


@pytest.mark.parametrize(("expected", "source"), MISTAKES, ids=[head for head, _ in MISTAKES])
def test_mistake(expected: str, source: str) -> None:
    code, line, column, message, hint = re.fullmatch(r"(\S+) (\d+):(\d+): ([^|]*?)(?: \| (.*))?", expected).groups()  # type: ignore[union-attr]
    found = check(source, KEYWORDS, ["user"])
    shown = "\n".join(d.render("t.bas", source) for d in found)
    first = next((d for d in found if d.code == code), None)
    assert first is not None, shown
    assert first.span[:2] == (int(line), int(column)), shown
    assert message in first.message, shown
    assert (hint or "") in (first.hint or ""), shown
    assert first.severity == "error", shown


def test_one_mistake_is_one_finding() -> None:
    for expected, source in MISTAKES:
        assert len(check(source, KEYWORDS, ["user"])) == 1, expected


def test_findings_are_sorted_and_all_there() -> None:
    found = check("TALK b\nTALK a\nBREAK\n", KEYWORDS)
    assert [(d.code, d.span.line) for d in found] == [("unknown-name", 1), ("unknown-name", 2), ("no-loop", 3)]


def test_hints_end_where_a_script_is_full_of_mistakes() -> None:
    script = parse("".join(f"TLAK {i}\n" for i in range(60)), KEYWORDS.phrases)
    found = resolve(script, KEYWORDS, standard_functions(), ()).diagnostics
    assert [d.hint for d in found] == ["did you mean TALK?"] * 40 + [None] * 20


def test_a_clean_script_has_no_findings() -> None:
    assert check('name = "a"\nTALK user.name, name, NOW, TODAY()\n', KEYWORDS, ["user"]) == []


def test_errors_keep_a_script_from_running() -> None:
    with pytest.raises(NotRunnable) as caught:
        compile_script("GOTO totl\n", KEYWORDS, "refund.bas")
    assert caught.value.name == "refund.bas"
    assert [d.code for d in caught.value.diagnostics] == ["unknown-label"]


def test_an_unknown_keyword_does_not() -> None:
    program = compile_script('FROBNICATE "x"\n', KEYWORDS)
    assert [(d.code, d.severity) for d in program.diagnostics] == [("unknown-keyword", "warning")]
    result = run(Folder({"start.bas": 'TALK "a"\nFROBNICATE "x"\n'}))
    assert result.said == ["a"]
    assert result.ended[:2] == ("ERROR", "unknown-keyword")
    assert result.ended[3] == Span(2, 1, 2, 15)


def test_an_unknown_variable_is_null() -> None:
    program = compile_script("TALK totl\n", KEYWORDS)
    assert [(d.code, d.severity) for d in program.diagnostics] == [("unknown-name", "warning")]
    assert run(Folder({"start.bas": 'TALK "[" + totl + "]"\n'})).said == ["[]"]


def test_an_unknown_function_fails_where_it_is_called() -> None:
    result = run(Folder({"start.bas": 'TALK "a"\nTALK frobnicate(1)\n'}))
    assert result.said == ["a"]
    assert result.ended[:2] == ("ERROR", "unknown-name")


def test_an_unknown_command_does_not_make_its_arguments_unknown() -> None:
    assert [d.code for d in check("FROBNICATE x\ny = x\n", KEYWORDS)] == ["unknown-keyword"]


def test_keywords_are_variables_where_they_are_assigned() -> None:
    assert check("find = 1\ntalk = find + 1\nTALK talk\n", KEYWORDS) == []


@keyword("SET ALARM <spec>[, <script>[, <more>...]] [LOUD]", declares=True)
def set_alarm(world: World, spec: str, script: str = "", more: object = (), loud: bool = False) -> None:
    """Rings."""
    world.said.append(f"alarm {spec}")


def test_declarations() -> None:
    keywords = Keywords([*KEYWORDS, set_alarm])
    source = (
        'DESCRIPTION "what it is for"\nx = 1\nSET ALARM "8am", "other.bas", 1, [-2] LOUD\n'
        'SET ALARM "at " & x\nIF x = 1 THEN\n  SET ALARM "inside"\nEND IF\nSUB later()\n  SET ALARM "sub"\nEND SUB\n'
    )
    program = compile_script(source, keywords)
    assert [(d.phrase, d.values, d.span.line) for d in program.declarations] == [
        ("DESCRIPTION", {"text": "what it is for"}, 1),
        ("SET ALARM", {"spec": "8am", "script": "other.bas", "more": [1, [-2]], "loud": True}, 3),
    ]


def test_value_forms_of_a_keyword_that_can_set_a_variable() -> None:
    source = "q = 1\nHEAR answer\nTALK answer\nagain = HEAR\nTALK again\n"
    assert run(Folder({"start.bas": source})).said == ["w1", "w2"]


def test_call_forms_of_keywords() -> None:
    result = run(Folder({"start.bas": 'TALK("a")\nr = FIND(2)\nTALK(r.length, "b")\n'}))
    assert result.said == ["a", "2b"]
