"""Scripts that are deep or long."""

N = 10_000

ATTACKS = {
    "brackets": ("too-deep 1", "x = " + "(" * N + "1" + ")" * N + "\n"),
    "brackets that are never closed": ("too-deep 1", "x = " + "(" * N + "\n"),
    "lists": ("too-deep 1", "x = " + "[" * N + "]" * N + "\n"),
    "records": ("too-deep 1", "x = " + "{a: " * N + "1" + "}" * N + "\n"),
    "calls": ("too-deep 1", "x = " + "LEN(" * N + "1" + ")" * N + "\n"),
    "positions": ("too-deep 2", "x = [1]\nx = x" + "[0]" * N + "\n"),
    "positions in positions": ("too-deep 2", "x = [1]\ny = " + "x[" * N + "0" + "]" * N + "\n"),
    "fields": ("too-deep 2", "x.a = 1\ny = x" + ".a" * N + "\n"),
    "fields that are set": ("too-deep 1", "x" + ".a" * N + " = 1\n"),
    "interpolations": ("DONE", 'x = "' + "${" * N + "1" + "}" * N + '"\n'),
    "interpolations in texts in interpolations": ("syntax 1", "x = " + '"${' * 200 + "1" + '}"' * 200 + "\n"),
    "a line of + with a hundred thousand terms": ("too-deep 1", "x = 1" + " + 1" * 100_000 + "\n"),
    "a line of & with twenty thousand terms": ("too-deep 1", 'x = "a"' + ' & "a"' * 20_000 + "\n"),
    "a line of AND": ("too-deep 1", "x = 1" + " AND 1" * N + "\n"),
    "a line of ^": ("too-deep 1", "x = 1" + " ^ 1" * N + "\n"),
    "a line of NOT": ("too-deep 1", "x = " + "NOT " * N + "1\n"),
    "a line of minus": ("too-deep 1", "x = " + "-" * N + "1\n"),
    "a line of ?:": ("too-deep 1", "x = " + "1 ? 1 : " * N + "1\n"),
    "a line of IIF": ("too-deep 1", "x = " + "IIF(1, 1, " * N + "1" + ")" * N + "\n"),
    "a line of statements": ("DONE: 5000", "x = 0\n" + "x = x + 1 : " * 5_000 + "TALK x\n"),
    "a list of twenty thousand": ("DONE: 20000", "x = [" + "1, " * 19_999 + "1]\nTALK LEN(x)\n"),
    "a call with twenty thousand arguments": ("DONE: 20000", "TALK SUM(" + "1, " * 19_999 + "1)\n"),
    "IF": ("too-deep 101", "IF 1 THEN\n" * N + "END IF\n" * N),
    "IF that is never closed": ("too-deep 101", "IF 1 THEN\n" * N),
    "IF on one line": ("too-deep 1", "IF 1 THEN " * N + "x = 1\n"),
    "ELSEIF": (
        "DONE: 1999",
        "x = 1999\nIF x = -1 THEN\n" + "".join(f"ELSEIF x = {i} THEN\n  TALK {i}\n" for i in range(2_000)) + "END IF\n",
    ),
    "CASE": (
        "DONE: 1999",
        "SELECT CASE 1999\n" + "".join(f"CASE {i}\n  TALK {i}\n" for i in range(2_000)) + "END SELECT\n",
    ),
    "CASE with many values": (
        "DONE: 1",
        "SELECT CASE 9999\nCASE " + ", ".join(map(str, range(N))) + "\n  TALK 1\nEND SELECT\n",
    ),
    "FOR": ("too-deep 15", "".join(f"FOR i{i} = 1 TO 2\n" for i in range(30_000)) + "NEXT\n" * 30_000),
    "FOR one after another": ("DONE", "FOR i = 1 TO 2\nNEXT\n" * 2_000),
    "WHILE": ("too-deep 15", "WHILE 1\n" * N + "WEND\n" * N),
    "TRY": ("too-deep 101", "TRY\n" * N + "CATCH\nEND TRY\n" * N),
    "WITH": ("too-deep 101", "WITH x\n" * N + "END WITH\n" * N),
    "SUB": (
        "DONE: 1",
        "".join(f"SUB s{i}\n  CALL s{i + 1}\nEND SUB\n" for i in range(300)) + "SUB s300\n  TALK 1\nEND SUB\nCALL s0\n",
    ),
    "two thousand SUBs": (
        "DONE: 1",
        "".join(f"SUB s{i}\n  x = {i}\nEND SUB\n" for i in range(2_000)) + "CALL s1999\nTALK 1\n",
    ),
    "two thousand labels": ("DONE: 1", "".join(f"l{i}:\nGOTO l{i + 1}\n" for i in range(2_000)) + "l2000:\nTALK 1\n"),
    "two thousand variables": (
        "DONE: 1999000",
        "".join(f"v{i} = {i}\n" for i in range(2_000))
        + "s = 0\n"
        + "".join(f"s = s + v{i}\n" for i in range(2_000))
        + "TALK s\n",
    ),
    "two thousand variables, kept": (
        "DONE: 1",
        "".join(f"v{i} = {i}\n" for i in range(2_000))
        + "HEAR q\ns = 0\n"
        + "".join(f"s = s + v{i}\n" for i in range(2_000))
        + "TALK s > 0 ? 1 : 0\n",
    ),
    "a name of a million letters": ("DONE: 1", "a" * 500_000 + " = 1\nTALK " + "a" * 500_000 + "\n"),
    "a text of a million letters": ("DONE: 1000000", 'TALK LEN("' + "a" * 1_000_000 + '")\n'),
    "a comment of a million letters": ("DONE", "' " + "x" * 1_000_000 + "\n"),
    "a script that is too long": ("too-long 1", "x = 1\n" * 200_000),
    "a block of text that is never closed": ("unclosed-block 1", "BEGIN TALK\n" * N),
    "unknown commands": ("unknown-keyword 1", "FROBNICATE 1\n" * 2_000),
    "a line that goes on for ever": ("DONE: 1", "TALK 1 _\n" + "_\n" * N),
}
