i = 3
IF i > 1 THEN IF i < 5 THEN TALK "in" ELSE TALK "out"     ' bot: in
