"""Lists and records that are deep, that hold themselves, or that hold others very often."""

CYCLE = "a = [1]\na.push(a)\n"
RING = "r = {k: 1}\nr.self = r\n"
DEEP = "a = []\nFOR i = 1 TO 100000\n  a = [a]\nNEXT\n"
DEEP_RECORD = "a = {}\nFOR i = 1 TO 100000\n  a = {k: a}\nNEXT\n"
WIDE = "a = [1]\nFOR i = 1 TO {}\n  a = [a, a]\nNEXT\n"
MANY_CYCLES = "a = []\nFOR i = 1 TO 20000\n  b = [i MOD 7]\n  b.push(b)\n  a.push(b)\nNEXT\n"

ATTACKS = {
    "a deep list": ("DONE: 1", DEEP + "TALK LEN(a)\n"),
    "a deep list, shown": ("DONE: [[[[…]]]]", DEEP + "TALK a\n"),
    "a deep list, as JSON": ("range 5", DEEP + "x = TOJSON(a)\n"),
    "a deep record, as JSON": ("range 5", DEEP_RECORD + "x = TOJSON(a)\n"),
    "a deep list, kept": ("limit 5", DEEP + "HEAR q\nTALK a\n"),
    "a deep list, kept and shown": ("DONE: [[[[…]]]]", DEEP.replace("100000", "10000") + "HEAR q\nTALK a\n"),
    "a deep list, joined": ("DONE", DEEP + "x = JOIN(a)\n"),
    "a deep list, copied": ("DONE", DEEP + "b = SLICE(a, 0) + REVERSE(a)\n"),
    "deep JSON": ("limit 1", 'x = FROMJSON(REPEAT("[", 100000) & REPEAT("]", 100000))\n'),
    "deep JSON of records": ("limit 1", 'x = FROMJSON(REPEAT("{""a"":", 100000) & 1 & REPEAT("}", 100000))\n'),
    "JSON just below Python's depth": ("limit 1", 'x = FROMJSON(REPEAT("[", 990) & REPEAT("]", 990))\n'),
    "deep JSON that is never closed": ("limit 1", 'x = FROMJSON(REPEAT("[", 500000))\n'),
    "a list in itself, shown": ("DONE: [1, [1, [1, [1, …]]]]", CYCLE + "TALK a\n"),
    "a list in itself, as JSON": ("range 3", CYCLE + "x = TOJSON(a)\n"),
    "a list that holds itself often, as JSON": (
        "range 4",
        "a = []\nFOR i = 1 TO 50000 : a.push(a) : NEXT\n\nx = TOJSON(a)\n",
    ),
    "a list that holds itself often, shown": ("limit 2", "a = []\nFOR i = 1 TO 50000 : a.push(a) : NEXT : TALK a\n"),
    "a record in itself, shown": ("DONE: {k: 1, self: {k: 1, self: {k: 1, self: {k: 1, self: …}}}}", RING + "TALK r\n"),
    "a record in itself, as JSON": ("range 3", RING + "x = JSON(r)\n"),
    "a list in itself, formatted": ("wrong-type 3", CYCLE + 'x = FORMAT(a, "0")\n'),
    "a list in itself, formatted as JSON": ("range 3", CYCLE + 'x = FORMAT(a, "JSON")\n'),
    "a list in itself, kept": ("DONE: 1|1", CYCLE + "HEAR q\nTALK a[1][1][1][0]\nHEAR q\nTALK a[1][0]\n"),
    "a list in itself, in CSV": ("DONE", CYCLE + "x = CSV(a)\n"),
    "a list in itself, flattened by +": ("limit 4", CYCLE + "FOR i = 1 TO 60\n  a = a + a\nNEXT\n"),
    "a record in itself, in TEMPLATE": ("DONE", RING + 'x = TEMPLATE("{self.self.self.k} {self}", r)\n'),
    "a record in itself, in MAP and FILTER": (
        "DONE",
        RING + 'x = MAP([r, r], "self.self")\ny = FILTER([r], "self.self.k = 1")\n',
    ),
    "lists in themselves, SUM": ("wrong-type 3", CYCLE + "x = SUM(a)\n"),
    "lists in themselves, MIN and MAX": ("DONE", CYCLE + "x = MIN(a)\ny = MAX(a, a)\n"),
    "lists in themselves, SORT": ("DONE", CYCLE + "x = SORT([a, a, 1, a])\n"),
    "many lists in themselves, SORT": ("DONE", MANY_CYCLES + "x = SORT(a)\n"),
    "a list that doubles": ("limit 3", "a = [1]\nFOR i = 1 TO 60\n  a = a + a\nNEXT\n"),
    "a list of two of itself": ("DONE: 2", WIDE.format(1000) + "TALK LEN(a)\n"),
    "a list of two of itself, shown": ("DONE", WIDE.format(1000) + "TALK a\n"),
    "a list of two of itself, as JSON": ("range 5", WIDE.format(1000) + "x = TOJSON(a)\n"),
    "a list of two of itself, less deep, as JSON": ("limit 5", WIDE.format(60) + "x = TOJSON(a)\n"),
    "a list of two of itself, kept": ("DONE: 2", WIDE.format(1000) + "HEAR q\nTALK LEN(a)\n"),
    "a list of two of itself, joined": ("DONE", WIDE.format(1000) + "x = JOIN(a)\n"),
    "a list of two of itself, copied": ("DONE", WIDE.format(1000) + "b = SLICE(a, 0)\n"),
    "a list of two of itself, in UNIQUE": ("DONE", WIDE.format(60) + "x = UNIQUE([a, a])\n"),
    "two equal lists of two of themselves, in UNIQUE": (
        "DONE: 1",
        "a = [1]\nb = [1]\nFOR i = 1 TO 60\n  a = [a, a]\n  b = [b, b]\nNEXT\nTALK LEN(UNIQUE([a, b]))\n",
    ),
    "lists in themselves, in UNIQUE": ("DONE: 2", CYCLE + RING + "TALK LEN(UNIQUE([a, r, a, r]))\n"),
    "deep lists that look alike, in UNIQUE": (
        "DONE: 20000",
        "a = []\nFOR i = 1 TO 20000\n  a.push([[[[[[i]]]]]])\nNEXT\nTALK LEN(UNIQUE(a))\n",
    ),
    "numbers and dates, in UNIQUE": (
        "DONE: 50001",
        "a = RANGE(1, 50000)\na.push(NOW())\na.push(TRUE)\nTALK LEN(UNIQUE(a))\n",
    ),
    "large texts in lists, in UNIQUE": (
        "DONE",
        's = REPEAT("x", 900000)\na = []\nFOR i = 1 TO 1000\n  a.push([s, i])\nNEXT\nx = UNIQUE(a)\n',
    ),
    "large texts in a list, sorted with others": (
        "DONE",
        's = REPEAT("x", 900000)\na = [1]\nFOR i = 1 TO 300\n  a.push(s & i)\nNEXT\nx = SORT(a)\n',
    ),
    "mixed values, sorted": (
        "DONE: 100000",
        'a = []\nFOR i = 1 TO 20000\n  a.push(i) : a.push("t" & i) : a.push(NULL) : a.push(TRUE) : a.push(NOW())\nNEXT\nTALK LEN(SORT(a))\n',  # noqa: E501
    ),
    "a large list, sorted by shown records": (
        "DONE",
        "a = []\nFOR i = 1 TO 30000\n  a.push({k: 30000 - i})\nNEXT\nx = SORT(a)\n",
    ),
    "RANGE": ("limit 1", "x = RANGE(1, 1e9)\n"),
    "RANGE of absurd bounds": ("limit 1", "x = RANGE(-1e300, 1e300)\n"),
    "RANGE with absurd steps": ("DONE: 1", "TALK LEN(RANGE(0, 1, 1e300))\n"),
    "DIM": ("limit 1", "DIM x(1000000000)\n"),
    "DIM of many sizes": ("limit 1", "DIM x(1000, 1000, 0)\n"),
    "DIM of absurd size": ("limit 1", "DIM x(1e300)\n"),
    "DIM of nothing in many": ("DONE", "DIM x(0, 99999)\n"),
    "DIM of many nothings": ("DONE", "DIM x(99999, 0)\n"),
    "DIM below 0": ("index 1", "DIM x(-5)\n"),
    "a position far beyond": ("limit 2", "x = []\nx[1000000000] = 1\n"),
    "a position of absurd size": ("limit 2", "x = []\nx[1e300] = 1\n"),
    "a position that is no number": ("wrong-type 2", 'x = []\nx["a"] = 1\n'),
    "a position that is a list": ("wrong-type 2", "x = []\nx[[1]] = 1\n"),
    "a position by an overflow": ("overflow 3", "x = []\ny = 9e307\nx[y * 100] = 1\n"),
    "a list that grows while it is walked": ("limit 3", "a = [1]\nFOR EACH x IN a\n  a.push(x)\nNEXT\n"),
    "a list that shrinks while it is walked": (
        "DONE: 50",
        "a = RANGE(1, 100)\nn = 0\nFOR EACH x IN a\n  POP(a)\n  n = n + 1\nNEXT\nTALK n\n",
    ),
    "a list that is emptied while it is walked, over a wait": (
        "DONE: 1",
        "a = RANGE(1, 100)\nn = 0\nFOR EACH x IN a\n  WHILE LEN(a) > 0 : POP(a) : WEND\n  HEAR q\n  n = n + 1\nNEXT\nTALK n\n",  # noqa: E501
    ),
    "a record that grows while it is walked": (
        "DONE: 2",
        'r = {a: 1, b: 2}\nn = 0\nFOR EACH x IN r\n  n = n + 1\n  r["k" & n] = n\nNEXT\nTALK n\n',
    ),
    "a list that is shifted a hundred thousand times": (
        "DONE: 0",
        "a = RANGE(1, 100000)\nFOR i = 1 TO 100000\n  SHIFT(a)\nNEXT\nTALK LEN(a)\n",
    ),
    "a list filled from its start": ("limit 3", "a = []\nWHILE TRUE\n  UNSHIFT(a, 1)\nWEND\n"),
    "keys that differ in case alone": (
        "DONE: true",
        'r = {}\nFOR i = 1 TO 20000\n  r["k" & i] = i\nNEXT\nn = 0\nFOR i = 1 TO 20\n  n = n + r["K" & i]\nNEXT\nTALK n = 210\n',  # noqa: E501
    ),
    "too much to keep": ("limit 5", "a = []\nFOR i = 1 TO 100000\n  a.push(i)\nNEXT\nHEAR q\nTALK a\n"),
    "a text too large to keep": ("limit 2", 'a = REPEAT("x", 300000)\nHEAR q\nTALK a\n'),
    "one large text that is kept often": (
        "DONE: 50000",
        's = REPEAT("x", 50000)\na = s\nHEAR q\nTALK LEN(s & a) / 2\n',
    ),
    "too much to keep, caught": (
        "limit 3",
        'a = RANGE(1, 100000)\nTRY\n  HEAR q\nCATCH e\n  TALK e.code\nEND TRY\na[0] = a[1]\na = []\nTALK "bye"\n',
    ),
    "FILTER with a condition of many parts": ("DONE", 'x = FILTER([{a: 1}], REPEAT("a = 1 AND ", 50000) & "a = 1")\n'),
    "FILTER with a condition of blanks": (
        "invalid-condition 1",
        'x = FILTER([{a: 1}], "a" & REPEAT(" ", 500000) & "!")\n',
    ),
    "FILTER with an open quote": ("invalid-condition 1", 'x = FILTER([{a: 1}], REPEAT("a = \'", 200000))\n'),
    "FILTER with a long path": ("DONE", 'x = FILTER([{a: 1}], "a" & REPEAT(".a", 300000) & " = 1")\n'),
    "MAP of many names over many records": (
        "limit 6",
        'a = []\nn = ""\nFOR i = 1 TO 50000\n  a.push({}) : n = n & i & ","\nNEXT\nx = MAP(a, n)\n',
    ),
    "FILTER of a list that holds itself": ("DONE", CYCLE + "x = FILTER(a, a)\n"),
    "TYPEOF and LEN of everything": (
        "DONE",
        CYCLE + RING + "x = TYPEOF(a) & LEN(r) & UBOUND(a) & ISEMPTY(r) & ISNUMERIC(a) & ISDATE(r)\n",
    ),
}
