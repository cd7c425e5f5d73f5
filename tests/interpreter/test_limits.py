"""The limits of the language: a catchable error with its line, whatever a script tries."""

import time
from collections.abc import Callable

import pytest

from tasktalk.interpreter.errors import NotRunnable, ScriptError
from tasktalk.interpreter.phrases import free_text_pattern
from tasktalk.interpreter.program import check, compile_script
from tasktalk.interpreter.session import Finished, Outcome, Pending, Session
from tests.interpreter.suspending import KEYWORDS, Folder, World, run

DOUBLE = "FOR i = 1 TO 60\n  {}\nNEXT\n"
EXPLOSIONS = {
    "a text that doubles": 's = "abcdefgh"\n' + DOUBLE.format("s = s + s"),
    "in an interpolation": 's = "abcdefgh"\n' + DOUBLE.format('s = "${s}${s}"'),
    "in a field": 'r = {s: "abcdefgh"}\n' + DOUBLE.format("r.s = r.s & r.s"),
    "of a type that is not known": "s = FETCH 1\ns = s[0]\n" + DOUBLE.format("s = s + s"),
    "in arguments": 'SUB go(s)\n  CALL go(s & s)\nEND SUB\nCALL go("abcdefgh")\n',
    "in results": (
        'FUNCTION go(n)\n  IF n = 0 THEN RETURN "abcdefgh"\n  x = go(n - 1)\n  RETURN x & x\nEND FUNCTION\ny = go(60)\n'
    ),
    "in lists": 'a = ["abcdefgh"]\n' + DOUBLE.format("a = [a[0] & a[0]]"),
    "in records": 'a = {k: "abcdefgh"}\n' + DOUBLE.format("a = {k: a.k & a.k}"),
    "pushed": 'a = ["abcdefgh"]\n' + DOUBLE.format("a.push(LAST(a) & LAST(a))"),
    "by REPEAT": 's = REPEAT("x", 2000000)\n',
    "by REPLACE": 's = REPEAT("x", 1000)\ns = REPLACE(s, "x", s & s)\n',
    "by JOIN": 'a = RANGE(1, 5000)\ns = JOIN(a, REPEAT("-", 1000))\n',
    "a list that doubles": "a = [1]\n" + DOUBLE.format("a = a + a"),
    "a list by PUSH": "a = []\nWHILE TRUE\n  a.push(1)\nWEND\n",
    "a list by a position": "a = []\na[100000] = 1\n",
    "a record by its keys": 'a = {}\ni = 0\nWHILE TRUE\n  i = i + 1\n  a["k" & i] = 1\nWEND\n',
    "a list of DIM": "DIM a(1000, 1000)\n",
    "a list of RANGE": "a = RANGE(1, 1000000000)\n",
    "a list that holds a long one many times, shown as a text": (
        "a = RANGE(1, 100000)\nb = []\nFOR i = 1 TO 3000\n  b.push(a)\nNEXT\nb = b & 1\n"
    ),
    "a list in a list in a list, as JSON": "a = [1]\n" + DOUBLE.format("a = [a, a]") + "b = TOJSON(a)\n",
    "a list shown as a text": 's = REPEAT("x", 1000000)\na = [s, s]\nb = "" & a\n',
}


@pytest.mark.parametrize("source", EXPLOSIONS.values(), ids=EXPLOSIONS)
@pytest.mark.parametrize("infer", [True, False])
def test_size(source: str, infer: bool) -> None:
    caught = f"TRY\n{source.rpartition('END FUNCTION')[2].rpartition('END SUB')[2]}CATCH e\n  TALK e.code\nEND TRY\n"
    procedures = source[: len(source) - len(source.rpartition("END FUNCTION")[2].rpartition("END SUB")[2])]
    assert run(Folder({"start.bas": f"{procedures}\n{caught}"}, infer=infer)).said == ["limit"]


@pytest.mark.parametrize("infer", [True, False])
def test_numbers(infer: bool) -> None:
    source = (
        "x = 3000000000\nx = x * x * x\nTALK x\nTRY\n  FOR i = 1 TO 100\n    x = x * x\n  NEXT\nCATCH e\n"
        "  TALK e.code\nEND TRY\nTRY\n  y = 10 ^ 400\nCATCH e\n  TALK e.code\nEND TRY\nz = 1\n"
        "FOR i = 1 TO 2000\n  z = z * 10\nNEXT\nTRY\n  TALK z\nCATCH e\n  TALK e.code\nEND TRY\n"
    )
    said = run(Folder({"start.bas": source}, infer=infer)).said
    assert said == ["2.7e+28", "overflow", "overflow", "overflow"]


def test_depth() -> None:
    source = (
        "FUNCTION down(n)\n  RETURN down(n + 1) + 1\nEND FUNCTION\nTRY\n  x = down(0)\nCATCH e\n  TALK e.code\n"
        "END TRY\nFUNCTION sum(n)\n  IF n = 0 THEN RETURN 0\n  RETURN n + sum(n - 1)\nEND FUNCTION\nTALK sum(900)\n"
    )
    for everywhere in (False, True):
        result = run(Folder({"start.bas": source.replace("900", "90")}), everywhere=everywhere)
        assert result.ended[0] in ("DONE", "ENDLESS")
    assert run(Folder({"start.bas": source})).said == ["depth", "405450"]


def run_on(session: Session, outcome: Outcome) -> None:
    """Goes on until the script ends or fails; keywords give nothing."""
    while not isinstance(outcome, Finished):
        if isinstance(outcome, Pending):
            outcome.call.close()
        outcome = session.resume()


def test_depth_while_waiting() -> None:
    source = "SUB down(n)\n  WAIT 1\n  CALL down(n + 1)\nEND SUB\nCALL down(0)\n"
    folder = Folder({"start.bas": source})
    session = Session(folder.by_name("start.bas"), World(), folder)
    outcome = session.start()
    with pytest.raises(ScriptError) as caught:
        run_on(session, outcome)
    assert caught.value.code == "depth"
    assert caught.value.span is not None


def test_gosub_without_return() -> None:
    source = "TRY\n  again:\n  GOSUB again\nCATCH e\n  TALK e.code\nEND TRY\n"
    assert run(Folder({"start.bas": source})).said == ["depth"]


ENDLESS = [
    "FOR i = 1 TO 1000000000\nNEXT\n",
    "FOR i = 1 TO 1000000000\n  i = i - 1\nNEXT\n",
    "FOR i = 0 TO 1 STEP 0.0000000001\nNEXT\n",
    "FOR i = 1 TO 1000000000\n  IF i < 0 THEN GOTO out\nNEXT\nout:\n",
    "ON ERROR RESUME NEXT\nWHILE TRUE\n  x = 1 / 0\nWEND\n",
    "again:\nGOTO again\n",
    "again:\nGOSUB back\nGOTO again\nback:\nRETURN\n",
    "a = [1]\nDO\n  FOR EACH x IN a\n    GOTO inner\n    inner:\n  NEXT\nLOOP\n",
    "DO\n  CONTINUE DO\nLOOP UNTIL FALSE\n",
    "FUNCTION f(n)\n  IF n = 0 THEN RETURN 0\n  RETURN f(n - 1) + f(n - 1)\nEND FUNCTION\nx = f(60)\n",
]


def test_a_chain_of_many_cases() -> None:
    cases = "".join(f'CASE {i}\n  TALK "{i}"\n' for i in range(700))
    source = (
        f'FOR EACH x IN [0, 39, 40, 41, 699, 700]\nSELECT CASE x\n{cases}CASE ELSE\n  TALK "else"\nEND SELECT\nNEXT\n'
    )
    assert run(Folder({"start.bas": source})).said == ["0", "39", "40", "41", "699", "else"]


def test_a_case_of_many_values() -> None:
    values = ", ".join(map(str, range(3000)))
    source = f"FOR EACH x IN [0, 1500, 2999, 3000]\nSELECT CASE x\nCASE {values}\n  TALK x\nEND SELECT\nNEXT\n"
    assert run(Folder({"start.bas": source})).said == ["0", "1500", "2999"]


def test_waiting_in_a_long_chain() -> None:
    arms = "".join(f"ELSE IF x = {i} THEN\n  HEAR y\n  TALK x\n" for i in range(1, 121))
    source = f'FOR EACH x IN [0, 40, 41, 120, 121]\nIF x = 0 THEN\n  TALK x\n{arms}ELSE\n  TALK "else"\nEND IF\nNEXT\n'
    assert run(Folder({"start.bas": source})).said == ["0", "40", "41", "120", "else"]


@pytest.mark.parametrize("opener", ["FOR i{0} = 1 TO 2|NEXT", "WHILE TRUE|WEND", "TRY|CATCH\nEND TRY"])
def test_nesting(opener: str) -> None:
    begin, end = opener.split("|")
    fine = "".join(begin.format(i) + "\n" for i in range(14)) + 'TALK "in" : END\n' + (end + "\n") * 14
    assert run(Folder({"start.bas": fine})).said == ["in"]
    assert run(Folder({"start.bas": "ON ERROR RESUME NEXT\n" + fine})).said == ["in"]
    with pytest.raises(NotRunnable) as caught:
        compile_script(begin.format("x") + "\n" + fine + end + "\n", KEYWORDS)
    assert [d.code for d in caught.value.diagnostics] == ["too-deep"]


def test_a_deep_expression() -> None:
    assert run(Folder({"start.bas": "x = " + "(" * 90 + "1" + " + 1)" * 90 + "\nTALK x\n"})).said == ["91"]
    assert run(Folder({"start.bas": "x = 1" + " + 1" * 150 + "\nTALK x\n"})).said == ["151"]


def test_deep_choices() -> None:
    source = "".join("IF TRUE THEN\n" for _ in range(90)) + 'TALK "in"\nHEAR q\nTALK q\n' + "END IF\n" * 90
    for everywhere in (False, True):
        assert run(Folder({"start.bas": source}), everywhere=everywhere).said == ["in", "w1"]


def test_a_list_in_itself_can_be_shown_and_compared() -> None:
    source = "a = [1]\na.push(a)\nTALK a\nb = [1]\nb.push(b)\nTALK a = b\n"
    assert run(Folder({"start.bas": source})).said == ["[1, [1, [1, [1, …]]]]", "true"]


def grows(work: Callable[[int], object], size: int) -> float:
    """How many times as long eight times the size takes: 8 where that is in proportion, 64 where it is the square."""

    def seconds(size: int) -> float:
        started = time.thread_time()
        work(size)
        return time.thread_time() - started

    return min(seconds(8 * size) for _ in range(3)) / min(seconds(size) for _ in range(5))


def test_blanks_behind_a_word_cost_no_more_than_their_number() -> None:
    assert grows(lambda size: check("x = (\nIF" + " " * size + "\n", KEYWORDS), 5000) < 24


def test_many_blanks_in_words_without_quotes() -> None:
    pattern = free_text_pattern(["NOTE"])
    assert grows(lambda size: pattern.match("NOTE every 5" + " " * size), 5000) < 24
    found = pattern.match("NOTE every 5 minutes ' why")
    assert found is not None
    assert found["text"] == "every 5 minutes"


def test_at_most_twenty_findings() -> None:
    found = check("".join(f"TALK unknown{i}\n" for i in range(50)), KEYWORDS)
    assert len(found) == 20
    fatal = "".join(f"UNKNOWN{i} 1\n" for i in range(50)) + "GOTO nowhere\n"
    with pytest.raises(NotRunnable):
        compile_script(fatal, KEYWORDS)


def test_a_whole_number_past_every_float() -> None:
    source = "z = 1\nFOR i = 1 TO 2000\n  z = z * 10\nNEXT\ny = 0.5\nx = z + y\n"
    assert run(Folder({"start.bas": source})).ended[:2] == ("ERROR", "overflow")
