n = 5
IF n BETWEEN 1 AND 5 AND n > 2 THEN TALK "in"            ' bot: in
IF n NOT BETWEEN 6 AND 4 + 4 THEN TALK "out"             ' bot: out
TALK "m" BETWEEN "a" AND "z", " ", n + 1 BETWEEN 1 AND 5     ' bot: true false
