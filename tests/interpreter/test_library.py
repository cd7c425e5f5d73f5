"""The functions of the language: each example on a manual page is true, and gives what the function declares."""

import re
import time
from collections.abc import Iterator

import pytest

from tasktalk.interpreter.function import Function, Functions, function
from tasktalk.interpreter.inference import ANY, RESULT_BITS
from tasktalk.interpreter.program import standard_functions
from tasktalk.interpreter.session import Finished, Session
from tasktalk.interpreter.values import Value, type_name
from tests.interpreter.suspending import Folder, World, run

EXAMPLE = re.compile(r"^Example: (.+)$", re.MULTILINE)
NAMES = {"number": ("number",), "integer": ("number",), "rows": ("list",), "part": ("text", "list"), "any": ()}


def examples() -> Iterator[tuple[Function, str]]:
    for found in standard_functions():
        for example in EXAMPLE.findall(found.manual):
            yield found, example


@pytest.mark.parametrize(("found", "example"), list(examples()), ids=[e for _, e in examples()])
def test_example(found: Function, example: str) -> None:
    source = f'IF {example} THEN TALK "true" ELSE TALK "false"\n'
    for infer, brief in ((True, True), (True, False), (False, False)):
        result = run(Folder({"start.bas": source}, infer=infer, brief=brief))
        assert result.said == ["true"], result.ended


@pytest.mark.parametrize("found", list(standard_functions()), ids=lambda f: f.name)
def test_every_function_has_a_manual_with_an_example(found: Function) -> None:
    assert EXAMPLE.search(found.manual)
    assert found.summary.endswith(".")


def typed_examples() -> Iterator[tuple[Function, str]]:
    """Examples whose outermost call is the function's own, of functions that declare a type."""
    for found, example in examples():
        if example.startswith(f"{found.name}(") and RESULT_BITS[found.returns] != ANY:
            yield found, example


@pytest.mark.parametrize(("found", "example"), list(typed_examples()), ids=[e for _, e in typed_examples()])
def test_declared_type(found: Function, example: str) -> None:
    """The outermost call of the example gives what its function declares: compiled code relies on it."""
    end, depth = len(found.name) + 1, 1
    while depth:
        depth += (example[end] == "(") - (example[end] == ")")
        end += 1
    folder = Folder({"start.bas": f"RETURN {example[:end]}\n"})
    outcome = Session(folder.by_name("start.bas"), World(), folder).start()
    assert isinstance(outcome, Finished)
    assert type_name(outcome.value) in NAMES.get(found.returns, (found.returns,))
    if found.returns == "integer":
        assert type(outcome.value) is int


def value_of(expression: str) -> str:
    return run(Folder({"start.bas": f"TALK {expression}\n"})).said[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('FORMAT(1234567.891, "#,##0.00")', "1,234,567.89"),
        ('FORMAT(0.5, "#.##")', ".5"),
        ('FORMAT(12.5, "0.0##")', "12.5"),
        ('FORMAT(-0.001, "0.00")', "0.00"),
        ('FORMAT(2.675, "0.00")', "2.68"),
        ('FORMAT(-1234.5, "#,##0")', "-1,235"),
        ('FORMAT(1234.5, "R$ #,##0.00")', "R$ 1,234.50"),
        ('FORMAT("12.5", "0.00")', "12.50"),
        ("FORMAT(3, 2)", "3.00"),
        ('FORMAT(NOW(), "yyyy-MM-dd")', "2026-07-01"),
        ('FORMAT(NOW(), "dddd, D MMMM YYYY h:mm AM/PM")', "Wednesday, 1 July 2026 8:00 AM"),
        ('FORMAT({a: NOW()}, "JSON")', '{"a": "2026-07-01T08:00:00Z"}'),
        ('FORMAT NOW() AS "HH:mm"', "08:00"),
        ("NOW() - HOURS(2)", "2026-07-01T06:00:00Z"),
        ('DATEADD("year", 1, "2024-02-29")', "2025-02-28T00:00:00Z"),
        ('DATEADD("2026-03-31", -1, "months")', "2026-02-28T00:00:00Z"),
        ('DATEDIFF("2026-01-31", "2026-02-27", "month")', "0"),
        ('DATEDIFF("2026-03-01", "2026-01-31")', "-29"),
        ('SORT([2, "10", 1]).join("-")', "1-2-10"),
        ('SORT(["b", "a"]).join("-")', "a-b"),
        ('MAX("a", "b")', "b"),
        ("MIN([])", ""),
        ('VAL("-3.5kg")', "-3.5"),
        ('VAL("kg")', "0"),
        ("ROUND(-2.5)", "-3"),
        ("ROUND(1234, -2)", "1200"),
        ('MID("abc", 2)', "bc"),
        ('RIGHT("abc", 0)', ""),
        ("LEN(NULL)", "0"),
        ('REGEX("abc", "\\\\d").length', "0"),
        ('MATCH("Ana", "/a(n)a/i", 1)', "n"),
        ('MATCH("k=v", "(?P<key>[a-z])=", "key")', "k"),
        ('REGEXREPLACE("a.b", "[.]", "\\\\9$5")', "a\\9$5b"),
        ('FILTER([{a: 1, b: "x"}, {a: 2, b: "y y"}], "a = 5 OR a > 1 AND b = \'y y\'")[0].b', "y y"),
        ("FILTER([1, 2, 1], 1).length", "2"),
        ('MAP([{a: 1, b: 2, c: 3}], "a, b")[0]', "{a: 1, b: 2}"),
        ('MAP([{a: {b: 7}}, {a: 1}], "a.b")', "[7, null]"),
        ('CSV("a;b;1;2", ";").length', "0"),
        ('JSON("{}").x IS NULL', "true"),
        ("HEX(-255)", "-FF"),
        ('URLDECODE("a+b%C3%A9")', "a bé"),
        ('TEMPLATE("{{a.b}} {x}", {a: {b: 1}})', "1 {x}"),
        ("COUNT(NULL)", "0"),
        ('FORMAT(1e30, "0.00")', "1" + "0" * 30 + ".00"),
        ('FORMAT(0.5, "0." + REPEAT("0", 400))', "0.5" + "0" * 399),
        ("ROUND(1e28, 2)", "1e+28"),
        ("1e15", "1000000000000000"),
        ('ISDATE("0001-01-01T00:00:00+05:00")', "false"),
        ("TOJSON({a: [], b: {}, c: [1, 2]})", '{"a": [], "b": {}, "c": [1, 2]}'),
        ('FROMJSON("""\\ud83d""")', "\ufffd"),
        ('FROMJSON("""\\ud83d\\ude00""")', "\U0001f600"),
        ('FROMJSON("123456789012345678901234567890")', "1.2345678901234568e+29"),
        ('UNIQUE([[1, 2], ["1, 2"], [1, 2]]).count()', "2"),
        ("UNIQUE([1, 2 / 2, TRUE]).count()", "1"),
        ('"a.b.c" LIKE "a%._"', "true"),
        ('"abcabd" LIKE "%ab_"', "true"),
        ('"aXbbX" LIKE "a%b_%X"', "true"),
        ('"aXbX" LIKE "a%b_X"', "false"),
        ('"ab" LIKE "ab%b"', "false"),
        ('"a" & CHR(10) & "b" LIKE "a_b"', "true"),
    ],
)
def test_value(expression: str, expected: str) -> None:
    assert value_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ('DATEADD(NOW(), 1, "parsecs")', "invalid-unit"),
        ('YEAR("someday")', "invalid-date"),
        ('DATEADD(NOW(), 99999, "years")', "range"),
        ("NOW() + 1e300", "range"),
        ("CHR(-1)", "range"),
        ('SPLIT(REPEAT(",", 200000), ",")', "limit"),
        ("JOIN(5)", "wrong-type"),
        ('FROMJSON("{")', "invalid-json"),
        ('FROMJSON("NaN")', "invalid-json"),
        ('FROMJSON(REPEAT("9", 5000))', "overflow"),
        ('FORMAT(1e308, "0%")', "overflow"),
        ('"a" LIKE REPEAT("a", 2000)', "limit"),
        ('ABS("x")', "wrong-type"),
        ('REGEX("a", "(")', "invalid-pattern"),
        ('MATCH("a", "(?=a)")', "invalid-pattern"),
        ('MATCH("a", REPEAT("a", 3000))', "limit"),
        ('MATCH("a", "a", 3)', "index"),
        ('FILTER([{a: 1}], "a is one")', "invalid-condition"),
        ('HASH("a", "crc")', "invalid-argument"),
        ('BASE64DECODE("*")', "invalid-argument"),
        ("LOG(0)", "range"),
        ("EXP(1000)", "overflow"),
    ],
)
def test_refusal(expression: str, code: str) -> None:
    result = run(Folder({"start.bas": f"x = {expression}\n"}))
    assert result.ended[:2] == ("ERROR", code)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)x", "(a?){200}a{200}"])
def test_no_pattern_is_slow(pattern: str) -> None:
    started = time.thread_time()
    run(Folder({"start.bas": f'x = REGEX(REPEAT("a", 5000) + "!", "{pattern}")\n'}))
    assert time.thread_time() - started < 5


def test_chance_is_the_hosts() -> None:
    source = 'TALK RANDOM(100), " ", RND(), " ", GUID()\n'
    assert run(Folder({"start.bas": source})).said == run(Folder({"start.bas": source})).said


def test_names_are_unique() -> None:
    @function("LEFT", returns="text")
    def left(value: Value) -> Value:
        """Again."""
        return value

    with pytest.raises(ValueError, match="LEFT is declared twice"):
        Functions([*standard_functions(), left])


def test_a_function_needs_a_manual() -> None:
    with pytest.raises(ValueError, match="no docstring"):
        function("BARE", returns="any")(lambda value: value)


def test_what_is_no_json_is_told_in_plain_words() -> None:
    source = 'TRY\n  x = FROMJSON("[1,")\nCATCH e\n  TALK e.message\nEND TRY\n'
    assert run(Folder({"start.bas": source})).said == ["this is no JSON: it goes wrong in line 1 at column 4"]


@pytest.mark.parametrize(
    "expression", ["INT(y)", "CEIL(y)", "FIX(y - y)", 'LEFT("a", y)', "-y MOD 3", "ROUND(y, 2)", "RANGE(1, y)"]
)
@pytest.mark.parametrize("brief", [True, False])
@pytest.mark.parametrize("infer", [True, False])
def test_a_number_out_of_range_is_no_position(expression: str, infer: bool, brief: bool) -> None:
    source = f"x = 1e308\ny = x * 10\nz = {expression}\n"
    assert run(Folder({"start.bas": source}, infer=infer, brief=brief)).ended[:2] == ("ERROR", "overflow")
