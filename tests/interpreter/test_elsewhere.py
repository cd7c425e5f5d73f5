"""Words of other languages and keywords that are not there yet: what is said of them, and when they fail."""

import pytest

from tasktalk.bots.assembly import language
from tasktalk.interpreter.elsewhere import GENERAL_BOTS, INSTEAD
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.phrases import STRUCTURE
from tasktalk.interpreter.program import check

KEYWORDS = language()


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ('SAY "x"', "there is no keyword SAY", "write TALK"),
        ('say "x"', "there is no keyword SAY", "write TALK"),
        ('x = ASK "name?"', "there is no keyword ASK", "write HEAR"),
        ('x = INPUT("name?")', "there is no function 'INPUT' here", "write HEAR"),
        ("x = READLN()", "there is no function 'READLN' here", "write HEAR"),
        ("SLEEP 5", "there is no keyword SLEEP", "write WAIT"),
        ("PAUSE", "there is no keyword PAUSE", "write WAIT"),
        ("QUIT", "there is no keyword QUIT", "write END"),
        ("VAR x = 5", "there is no keyword VAR", "write LET x = 5"),
        ('PRINT USING "##.#"; 3', "there is no keyword PRINT USING", "PRINT FORMAT"),
        ("DEF double(x)\n  RETURN x\nEND DEF", "there is no block DEF … END DEF", "FUNCTION name(a)"),
        ('x = FIND "orders", "total > 5"', "FIND is a keyword of General Bots", "TRY can catch that"),
        ('x = LLM("hello")', "LLM is a keyword of General Bots", "TRY can catch that"),
        ('INSERT INTO "t" VALUES {a: 1}', "INSERT is a keyword of General Bots", "TRY can catch that"),
        ('SEND MAIL "a@b.c", "s", "b"', "SEND MAIL is a keyword of General Bots", "no mail is sent"),
        ('BEGIN MAIL "a@b.c"\nHello\nEND MAIL', "SEND MAIL is a keyword of General Bots", "no mail is sent"),
        ("x = INKEY$", "there is no variable 'INKEY$' here", "write HEAR answer"),
        ("TALK time$", "there is no variable 'time$' here", "FORMAT(NOW()"),
        ("TALK ERL", "there is no variable 'ERL' here", "write ERR.line"),
        ('x = parseInt("5")', "there is no function 'parseInt' here", "INT(VAL(text))"),
        ('x = parseFloat("5")', "there is no function 'parseFloat' here", "VAL(text)"),
        ("WIDTH 80", "there is no keyword WIDTH", "leave this out"),
        ('SET "gb.rob", 5', "there is no keyword SET", "write SET BOT MEMORY"),
        ('CREATE INDEX "a"', "CREATE INDEX is a keyword of General Bots", "TRY can catch that"),
        ('USE KB "docs"', "USE KB is a keyword of General Bots", "TRY can catch that"),
    ],
)
def test_what_is_said_of_it(line: str, message: str, hint: str) -> None:
    found = [(d.message, d.hint or "") for d in check(line + "\n", KEYWORDS)]
    assert any(told.startswith(message) and hint in way_out for told, way_out in found), found


def test_a_keyword_that_is_not_here_is_no_way_out() -> None:
    (found,) = check('SAY "x"\n', Keywords())
    assert (found.message, found.hint) == ("there is no keyword SAY", None)


def test_the_tables_name_nothing_that_is_here() -> None:
    here = {*KEYWORDS.phrases.entries, *STRUCTURE}
    assert {keyword for keyword, _ in INSTEAD.values()} <= here
    assert not here & GENERAL_BOTS
    assert set(INSTEAD) & here == {"INPUT", "DEF"}  # which have forms of their own
