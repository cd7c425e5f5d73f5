"""Loops that never end, and statements by the million."""

ATTACKS = {
    "STEP 0": ("range 1", "FOR i = 1 TO 5 STEP 0\nNEXT\n"),
    "STEP 0 by a variable": ("range 2", "s = 0\nFOR i = 1 TO 5 STEP s\nNEXT\n"),
    "STEP 0 by a text": ("range 2", 's = "0"\nFOR i = 1 TO 5 STEP s\nNEXT\n'),
    "STEP that is tiny": ("endless 1", "FOR i = 0 TO 1 STEP 1e-300\nNEXT\n"),
    "STEP that adds nothing": ("endless 1", "FOR i = 1e300 TO 2e300 STEP 1\nNEXT\n"),
    "STEP that is a word": ("wrong-type 1", 'FOR i = 1 TO 5 STEP "a"\nNEXT\n'),
    "FOR to the largest float": ("endless 1", "FOR i = 1 TO 1e308\nNEXT\n"),
    "FOR past every integer": (
        "DONE: 2",
        "n = 0\nFOR i = 9223372036854775806 TO 9223372036854775807\n  n = n + 1\nNEXT\nTALK n\n",
    ),
    "FOR that sets itself back": ("endless 1", "FOR i = 1 TO 10\n  i = 1\nNEXT\n"),
    "FOR with an overflow for its end": ("overflow 2", "x = 9e307\nFOR i = 1 TO x * 100\nNEXT\n"),
    "WHILE TRUE": ("endless 1", "WHILE TRUE\nWEND\n"),
    "DO LOOP": ("endless 1", "DO\nLOOP\n"),
    "DO UNTIL FALSE": ("endless 1", "DO\n  x = 1\nLOOP UNTIL FALSE\n"),
    "GOTO itself": ("endless 1", "a: GOTO a\n".replace(": ", ":\n")),
    "GOTO each other": ("endless 1", "a:\nGOTO b\nb:\nGOTO a\n"),
    "ON GOTO itself": ("endless 1", "a:\nON 1 GOTO a\n"),
    "GOSUB in a loop": ("endless 1", "a:\nGOSUB b\nGOTO a\nb:\nRETURN\n"),
    "an endless loop in TRY": ("endless 2", "TRY\n  WHILE TRUE\n  WEND\nCATCH e\nFINALLY\n  TALK 1\nEND TRY\n"),
    "an endless loop in FINALLY": ("endless 4", "TRY\n  x = 1\nFINALLY\n  WHILE TRUE\n  WEND\nEND TRY\n"),
    "an endless loop in CATCH": ("endless 4", "TRY\n  THROW 1\nCATCH e\n  WHILE TRUE\n  WEND\nEND TRY\n"),
    "an endless loop under ON ERROR RESUME NEXT": (
        "endless 1",
        "ON ERROR RESUME NEXT\nWHILE 1 / 0 OR TRUE\n  x = 1 / 0\nWEND\nDO\nLOOP\n",
    ),
    "an endless loop in a script that is called": (
        "endless 3",
        'n = 1\nIF COUNT(args) > 0 THEN\n  DO\n  LOOP\nEND IF\nTRY\n  CALL "start.bas", "again"\nCATCH e\nEND TRY\n',
    ),
    "an endless loop in an interpolation": ("endless 2", 'FUNCTION f()\n  DO\n  LOOP\nEND FUNCTION\nTALK "${f()}"\n'),
    "RESTORE and READ for ever": ("endless 2", "DATA 1\nDO\n  READ x\n  RESTORE\nLOOP\n"),
    "READ past the end": ("out-of-data 3", "DATA 1\nREAD x\nREAD y\n"),
    "twenty thousand DATA": (
        "DONE: 200010000",
        "DATA "
        + "\nDATA ".join(", ".join(str(i) for i in range(n, n + 100)) for n in range(1, 20001, 100))
        + "\ns = 0\nFOR i = 1 TO 20000\n  READ x\n  s = s + x\nNEXT\nTALK s\n",
    ),
    "a hundred thousand HEAR": ("WAITS", "DO\n  HEAR q\nLOOP\n"),
    "a hundred thousand scripts' lines of TALK": ("DONE", 'TALK "x"\n' * 2_000),
    "PRINT for ever": ("endless 1", "DO\n  PRINT 1\nLOOP\n"),
    "a fault of a keyword under ON ERROR RESUME NEXT": (
        "DONE: internal",
        "ON ERROR RESUME NEXT\nBREAK DOWN\nTALK ERR\n",
    ),
}
