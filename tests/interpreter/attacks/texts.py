"""Texts that grow without end, and functions that are given large ones."""

DOUBLED = 's = "abcdefgh"\nFOR i = 1 TO 60\n  {}\nNEXT\n'
MILLION = 's = REPEAT("x", 1000000)\n'

ATTACKS = {
    "STRING": ("limit 1", 'x = STRING(1000000000, "x")\n'),
    "STRING of a negative number": ("DONE: 0", 'TALK LEN(STRING(-5, "x"))\n'),
    "REPEAT": ("limit 1", 'x = REPEAT("x", 1e18)\n'),
    "REPEAT of a large text": ("limit 2", MILLION + "x = REPEAT(s, 2)\n"),
    "SPACE": ("limit 1", "x = SPACE(1000000000)\n"),
    "doubled": ("limit 3", DOUBLED.format("s = s + s")),
    "doubled by &=": ("syntax 3", DOUBLED.format("s &= s")),
    "doubled by +=": ("limit 3", DOUBLED.format("s += s")),
    "doubled by an interpolation": ("limit 3", DOUBLED.format('s = "${s}${s}"')),
    "doubled by REPLACE": ("limit 3", DOUBLED.format('s = REPLACE(s, "a", s)')),
    "doubled by JOIN": ("limit 3", DOUBLED.format('s = JOIN([s, s], "")')),
    "doubled by TEMPLATE": ("limit 3", DOUBLED.format('s = TEMPLATE("{a}{a}", {a: s})')),
    "doubled by REGEXREPLACE": ("limit 3", DOUBLED.format('s = REGEXREPLACE(s, "^.*$", "$0$0")')),
    "doubled by FORMAT": ("limit 3", DOUBLED.format('s = FORMAT(1, "0" & s & s)').replace("abcdefgh", "x")),
    "doubled by TOJSON": ("limit 3", DOUBLED.format("s = TOJSON([s, s])")),
    "doubled by CSV": ("limit 3", DOUBLED.format("s = CSV([{a: s, b: s}])")),
    "doubled by URLENCODE": ("limit 3", DOUBLED.format('s = URLENCODE("%" & s & "%" & s)')),
    "doubled by BASE64": ("limit 3", DOUBLED.format("s = BASE64(s)").replace("60", "100")),
    "doubled as a key": (
        "limit 3",
        's = "a"\nFOR i = 1 TO 60\n  r = {}\n  r[s & s] = 1\n  s = FIRST(KEYS(r))\nNEXT\n'.replace("  r = {}\n", "")
        .replace('s = "a"\n', 's = "a"\nr = {}\n')
        .replace("FIRST", "LAST"),
    ),
    "doubled in an argument": ("limit 2", 'SUB go(s)\n  CALL go(s & s)\nEND SUB\nCALL go("abcdefgh")\n'),
    "doubled in a condition": ("limit 3", DOUBLED.format("IF LEN(s & s) > 0 THEN s = s & s")),
    "doubled and said": ("limit 3", DOUBLED.format("TALK s, s, s : s = s & s")),
    "REPLACE of each letter by a large text": ("limit 2", MILLION + 'x = REPLACE(s, "x", s)\n'),
    "REPLACE by a text that has it": ("limit 3", 's = "a"\nFOR i = 1 TO 100\n  s = REPLACE(s, "a", "aa")\nNEXT\n'),
    "JOIN with a large separator": ("limit 2", MILLION + "x = JOIN(RANGE(1, 10), s)\n"),
    "JOIN of a list in itself": ("DONE", "a = [1]\na.push(a)\nx = JOIN(a, a)\n"),
    "SPLIT into letters": ("limit 2", MILLION + 'x = SPLIT(s, "")\n'),
    "SPLIT by a letter": ("limit 2", MILLION + 'x = SPLIT(s, "x")\n'),
    "TEMPLATE with a large field": ("limit 2", MILLION + 'x = TEMPLATE(REPEAT("{a}", 1000), {a: s})\n'),
    "TEMPLATE with a large text of braces": ("DONE", 'x = TEMPLATE(REPEAT("{", 1000000), {a: 1})\n'),
    "TEMPLATE with braces and blanks": ("DONE", 'x = TEMPLATE(REPEAT("{{ ", 300000), {a: 1})\n'),
    "TEMPLATE with blanks in braces": ("DONE", 'x = TEMPLATE("{{" & REPEAT(" ", 1000000), {a: 1})\n'),
    "TEMPLATE with a long path": ("DONE", 'x = TEMPLATE("{" & REPEAT("a.", 500000) & "a}", {a: 1})\n'),
    "FORMAT with a million digits": ("limit 1", 'x = FORMAT(1, REPEAT("0", 1000000))\n'),
    "FORMAT with a million digits in groups": ("limit 1", 'x = FORMAT(1, "#," & REPEAT("0", 1000000))\n'),
    "FORMAT of a float with a million digits": ("limit 1", 'x = FORMAT(1.5, "0." & REPEAT("0", 1000000))\n'),
    "FORMAT of an integer with a million digits behind the point": (
        "limit 1",
        'x = FORMAT(1, "0." & REPEAT("0", 1000000))\n',
    ),
    "FORMAT with a million optional digits": ("limit 1", 'x = FORMAT(1.25, "0." & REPEAT("#", 1000000))\n'),
    "FORMAT with a million percent signs": ("limit 1", 'x = FORMAT(1, "0" & REPEAT("%", 1000000))\n'),
    "FORMAT of a date with a million signs": ("limit 1", 'x = FORMAT(NOW(), REPEAT("dddd", 250000))\n'),
    "FORMAT of a date with half days": ("limit 1", 'x = FORMAT(NOW(), REPEAT("am/p", 250000))\n'),
    "FORMAT to a billion places": ("DONE: 1.000000000000000", "TALK FORMAT(1, 1e9)\n"),
    "UCASE that grows": ("limit 1", 'x = UCASE(REPEAT("ﬃ", 1000000))\n'),
    "REVERSE, TRIM, LCASE of a large text": ("DONE: 1000000", MILLION + "TALK LEN(REVERSE(TRIM(LCASE(s))))\n"),
    "INSTR with a needle that nearly fits": (
        "DONE: 0",
        's = REPEAT("a", 1000000)\nTALK INSTR(s, REPEAT("a", 500000) & "b")\n',
    ),
    "CONTAINS with a needle that nearly fits": (
        "DONE: false",
        's = REPEAT("a", 1000000)\nTALK s CONTAINS (REPEAT("a", 300000) & "b" & REPEAT("a", 300000))\n',
    ),
    "REPLACE with a needle that nearly fits": (
        "DONE",
        's = REPEAT("a", 1000000)\nx = REPLACE(s, REPEAT("a", 5000) & "b", "")\n',
    ),
    "CSV with a million lines": ("limit 1", 'x = CSV(REPEAT("a" & CHR(10), 500000))\n'),
    "CSV with a large field": ("invalid-argument 2", MILLION + 'x = CSV("a" & CHR(10) & s)\n'),
    "CSV with an open quote": ("DONE", 'x = CSV("a" & CHR(10) & """" & REPEAT("b,", 60000))\n'),
    "CSV with many columns": ("DONE", 'x = CSV(REPEAT("a,", 200000) & CHR(10) & REPEAT("b,", 200000))\n'),
    "CSV with different columns": (
        "DONE",
        'c = ""\nn = ""\nFOR i = 1 TO 60000\n  n = n & "c" & i & ","\nNEXT\nx = CSV(n & CHR(10) & REPEAT(REPEAT("b,", 10) & CHR(10), 40000))\n',  # noqa: E501
    ),
    "CSV of records with different fields": (
        "limit 8",
        'a = []\nFOR i = 1 TO 10000\n  r = {}\n  r["k" & i] = 1\n  a.push(r)\nNEXT\n' + "\nx = CSV(a)\n",
    ),
    "JSON that is large": ("limit 1", 'x = FROMJSON("[" & REPEAT("1,", 400000) & "1]")\n'),
    "JSON with many small lists": ("limit 1", 'x = FROMJSON("[" & REPEAT("[],", 300000) & "[]]")\n'),
    "JSON with one key many times": (
        "DONE: 1",
        'x = FROMJSON("{" & REPEAT("""a"":1,", 100000) & """a"":1}")\nTALK LEN(x)\n',
    ),
    "a text of the source": ("too-long 1", 'x = "' + "a\n" * 2_000_000 + '"\n'),
    "a thousand texts of a million letters": (
        "memory 2",
        'a = []\nFOR i = 1 TO 100000\n  a.push(REPEAT("x", 1000000) & i)\nNEXT\n',
    ),
    "a thousand records with texts of a million letters": (
        "memory 2",
        'r = {}\nFOR i = 1 TO 100000\n  r["k" & i] = REPEAT("x", 1000000) & i\nNEXT\n',
    ),
    "a thousand lists of numbers": ("memory 2", "a = []\nFOR i = 1 TO 100000\n  a.push(RANGE(1, 100000))\nNEXT\n"),
}
