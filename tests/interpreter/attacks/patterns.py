"""Patterns that make a search slow."""

A = 's = REPEAT("a", 1000000)\n'

ATTACKS = {
    "nested repetition": ("DONE: true", A + 'TALK MATCH(s & "!", "^(a+)+$") IS NULL\n'),
    "repetition of choices": ("DONE: true", A + 'TALK MATCH(s & "!", "^(a|aa)+$") IS NULL\n'),
    "a huge repeat count": ("invalid-pattern 1", 'x = MATCH("a", "a{100000}")\n'),
    "repeat counts multiplied": ("invalid-pattern 1", 'x = MATCH("a", "((a{100}){100}){100}")\n'),
    "repeat counts just allowed": ("limit 2", A + 'x = MATCH(s, "(a?){500}(b?){500}c")\n'),
    "every rest of the text, again and again": ("limit 2", A + 'x = REGEX(s, "a.*b|a")\n'),
    "every rest of the text, replaced": ("limit 2", A + 'x = REGEXREPLACE(s, "a.*b|a", "")\n'),
    "empty matches": ("limit 2", A + 'x = REGEX(s, "b*")\n'),
    "empty matches, replaced": ("limit 2", A + 'x = REGEXREPLACE(s, "b*", "xx")\n'),
    "deep groups": ("DONE", 'x = MATCH("a", REPEAT("(", 900) & REPEAT(")", 900))\n'),
    "groups past the depth": ("invalid-pattern 1", 'x = MATCH("a", REPEAT("(", 1500))\n'),
    "a pattern that is too long": ("limit 1", 'x = MATCH("a", REPEAT("a", 1000000))\n'),
    "a pattern of classes": ("limit 2", A + 'x = MATCH(s, REPEAT("[^b]?", 30) & "c")\n'),
    "a pattern with a NUL": ("DONE", 'x = MATCH("a", "\\u0000")\n'),
    "a pattern with half a character": ("DONE", 'x = MATCH("a\\ud800", "\\udc00")\n'),
    "a pattern with flags of Python": ("invalid-pattern 1", 'x = MATCH("a", "(?L)a")\n'),
    "a look-behind": ("invalid-pattern 1", 'x = MATCH("a", "(?<=a)b")\n'),
    "a back reference": ("invalid-pattern 1", 'x = MATCH("aa", "(a)\\\\1")\n'),
    "a group that is not there": ("index 1", 'x = MATCH("a", "(a)", 1e18)\n'),
    "a group below 0": ("index 1", 'x = MATCH("a", "(a)", -1)\n'),
    "a group that is a list": ("wrong-type 1", 'x = MATCH("a", "(a)", [1])\n'),
    "many new patterns": ("DONE", 'FOR i = 1 TO 500\n  x = MATCH("a", "a{1,900}" & i)\nNEXT\n'),
    "LIKE with many %": ("DONE: false", A + 'TALK s LIKE REPEAT("%a", 400) & "%b"\n'),
    "LIKE with many _": ("DONE: false", A + 'TALK s LIKE "%" & REPEAT("_", 900) & "b%"\n'),
    "LIKE with pieces that nearly fit": ("DONE: false", A + 'TALK s LIKE "%" & REPEAT("a_", 400) & "b%"\n'),
    "LIKE with a long pattern": ("limit 2", A + "TALK s LIKE s\n"),
    "ILIKE with many %": ("DONE: false", A + 'TALK s ILIKE REPEAT("%A", 400) & "%B"\n'),
    "FILTER with LIKE": (
        "DONE",
        'a = []\nFOR i = 1 TO 1000\n  a.push({k: REPEAT("a", 1000)})\nNEXT\nx = FILTER(a, "k LIKE \'%a%a%a%a%a%a%a%b\'")\n',  # noqa: E501
    ),
    "SPLIT by a pattern of Python": ("DONE: 1", 'TALK LEN(SPLIT("abc", ".*"))\n'),
}
