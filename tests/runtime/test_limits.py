"""Past a limit: the error has its line, nothing of the turn is kept, the talk begins anew, others notice nothing."""

from dataclasses import fields

import pytest

from tasktalk.interpreter.limits import BOUNDS, Limits
from tests.stage import Stage

FIRST = 'TALK "How much?"\nHEAR much\nSET USER MEMORY "much", much\nid = CREATE TASK "Much"\nTALK "Well …"\n'

LIMITS = {
    "statements": (
        Limits(statements=1000),
        "IF much = 0 THEN END\nDO\nLOOP\n",
        ("limit", 7, "this turn has run more than 1,000 statements"),
    ),
    "seconds": (
        Limits(seconds=0.25, statements=10**12),  # more than a busy machine keeps a turn that hardly computes waiting
        "IF much = 0 THEN END\nDO\nLOOP\n",
        ("out-of-time", 7, "this turn has computed for more than 0.25 seconds"),
    ),
    "memory": (
        Limits(memory=8 << 20, statements=10**12),
        'a = []\nDO WHILE much > 0\n  a.push(REPEAT("x", 100000) & LEN(a))\nLOOP\n',
        ("memory", 7, "the script needs more than 8 MiB of memory"),
    ),
    "text": (
        Limits(text=2000),
        's = "x"\nFOR i = 1 TO much\n  s = s & s\nNEXT\n',
        ("limit", 8, "the text is longer than 2,000 characters"),
    ),
    "entries": (
        Limits(entries=200),
        "a = []\nFOR i = 1 TO much\n  a.push(i)\nNEXT\n",
        ("limit", 8, "a list or record has at most 200 entries"),
    ),
    "depth": (
        Limits(depth=50),
        "SUB down(n)\n  IF n > 0 THEN CALL down(n - 1)\nEND SUB\nCALL down(much)\n",
        ("depth", 7, "procedures call each other too deeply"),
    ),
    "state": (
        Limits(state=2048),
        's = REPEAT("x", much * 30)\nHEAR more\nTALK s\n',
        ("limit", 7, "the conversation holds too much to be kept (3,"),
    ),
    "messages": (
        Limits(messages=60),
        "FOR i = 1 TO much\n  TALK i\nNEXT\n",
        ("too-many-messages", 7, "a script can say 60 messages before it waits"),
    ),
}


@pytest.mark.parametrize("name", LIMITS)
async def test_past_a_limit_nothing_of_the_turn_is_kept(stage: Stage, name: str) -> None:
    limits, rest, (code, line, message) = LIMITS[name]
    stage.write(FIRST + rest)
    await stage.open(limits=limits)
    assert await stage.say("hi", "ana") == ["How much?"]
    assert await stage.say("hi", "ben") == ["How much?"]

    [apology] = await stage.say("5000" if name in {"memory", "entries"} else "100", "ana")
    assert "Sorry" in apology
    [failed] = await stage.rows("session", status="failed")
    assert (failed["error"]["code"], failed["error"]["line"]) == (code, line)
    assert failed["error"]["message"].startswith(message)
    assert (await stage.rows("memory"), await stage.rows("task")) == ([], [])

    assert await stage.say("hi", "ana") == ["How much?"]
    assert (await stage.say("0", "ben"))[0] == "Well …"
    assert (await stage.say("0", "ana"))[0] == "Well …"
    assert len(await stage.rows("task")) == 2


def test_every_limit_of_running_scripts_is_tried() -> None:
    of_sources = {"script", "nesting"}
    assert set(LIMITS) | of_sources == set(BOUNDS) == {field.name for field in fields(Limits)}
