"""Procedures and scripts that call one another without end."""

HOPELESS = "WHILE TRUE\n  TRY\n    x = f(0)\n  CATCH e\n    n = 1\n  END TRY\nWEND\n"

ATTACKS = {
    "direct": ("depth 2", "FUNCTION f(n)\n  RETURN f(n + 1)\nEND FUNCTION\nx = f(0)\n"),
    "direct, not at the end": ("depth 2", "FUNCTION f(n)\n  RETURN 1 + f(n + 1)\nEND FUNCTION\nx = f(0)\n"),
    "mutual": ("depth 5", "SUB f\n  CALL g\nEND SUB\nSUB g\n  CALL f\nEND SUB\nCALL f\n"),
    "in a parameter's default": ("constant-default 1", "FUNCTION f(n = f())\n  RETURN n\nEND FUNCTION\nx = f()\n"),
    "in DEF FN": ("depth 1", "DEF FN a(x) = FN a(x)\nTALK FN a(1)\n"),
    "in CATCH": ("endless 1", "SUB f\n  TRY\n    CALL f\n  CATCH e\n    CALL f\n  END TRY\nEND SUB\nCALL f\n"),
    "in FINALLY": ("endless 1", "SUB f\n  TRY\n    CALL f\n  FINALLY\n    CALL f\n  END TRY\nEND SUB\nCALL f\n"),
    "an exponential tree of calls": (
        "endless 1",
        "FUNCTION f(n)\n  IF n = 0 THEN RETURN 0\n  RETURN f(n - 1) + f(n - 1)\nEND FUNCTION\nx = f(60)\n",
    ),
    "an exponential tree of calls without a condition": (
        "endless 1-250",
        "".join(f"SUB s{i}\n  CALL s{i + 1}\n  CALL s{i + 1}\nEND SUB\n" for i in range(60))
        + "SUB s60\nEND SUB\nCALL s0\n",
    ),
    "a script that calls itself": ("depth 1", 'CALL "start.bas"\n'),
    "a script that calls itself twice": ("depth 1", 'CALL "start.bas"\nCALL "start.bas"\n'),
    "a script that calls itself and waits": ("WAITS", 'HEAR q\nCALL "start.bas"\n'),
    "a script that calls itself and catches": (
        "endless 1",
        'TRY\n  CALL "start.bas"\nCATCH e\n  CALL "start.bas"\nEND TRY\n',
    ),
    "a procedure that waits and calls itself": ("WAITS", "SUB f\n  WAIT 1\n  CALL f\nEND SUB\nCALL f\n"),
    "GOSUB": ("depth 2", "again:\nGOSUB again\n"),
    "GOSUB in a procedure": ("depth 3", "SUB f\n  again:\n  GOSUB again\nEND SUB\nCALL f\n"),
    "RETURN without GOSUB": ("DONE", "RETURN\n"),
    "RESUME without an error": ("resume 1", "RESUME NEXT\n"),
    "ON ERROR GOTO its own error": ("error 3", 'ON ERROR GOTO h\nh:\nTHROW "x"\n'),
    "ON ERROR with RESUME for ever": ("endless 1", "ON ERROR GOTO h\nx = 1 / 0\nEND\nh:\nRESUME\n"),
    # Where the statements are counted depends on the moment of a slice's end: at the loop, or where f begins.
    "a bomb in TRY in an endless loop": ("endless 1-8", HOPELESS + "FUNCTION f(n)\n  RETURN f(n + 1)\nEND FUNCTION\n"),
    "a text bomb in TRY in an endless loop": (
        "endless 1-10",
        HOPELESS + 'FUNCTION f(n)\n  s = "abc"\n  WHILE TRUE\n    s = s & s\n  WEND\nEND FUNCTION\n',
    ),
    "a bomb under ON ERROR RESUME NEXT": (
        "endless 1-6",
        "ON ERROR RESUME NEXT\nWHILE TRUE\n  x = f(0)\nWEND\nFUNCTION f(n)\n  RETURN f(n + 1)\nEND FUNCTION\n",
    ),
    "a bomb with FINALLY that goes round": (
        "endless 1",
        'WHILE TRUE\n  TRY\n    THROW "x"\n  FINALLY\n    CONTINUE WHILE\n  END TRY\nWEND\n',
    ),
    "a bomb thrown again": (
        "depth 5",
        "SUB f\n  TRY\n    CALL f\n  CATCH e\n    THROW e\n  END TRY\nEND SUB\nCALL f\n",
    ),
    "THROW of a list that holds itself": ("error 3", "a = [1]\na.push(a)\nTHROW a\n"),
    "THROW of a record that holds itself": (
        "error 4",
        "r = {}\nr.message = r\nr.code = r\nTHROW r\n".replace("r.code = r", "r.code = NULL"),
    ),
    "THROW with an enormous message": ("error 1", 'THROW REPEAT("x", 1000000)\n'),
}
