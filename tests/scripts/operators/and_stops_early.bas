x = NULL
IF x IS NOT NULL AND 1 / 0 > 1 THEN TALK "never" ELSE TALK "safe"     ' bot: safe
