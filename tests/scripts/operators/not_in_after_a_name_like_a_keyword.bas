status = "open"
query = "find it"
TALK status NOT IN ["done", "closed"]     ' bot: true
IF query NOT CONTAINS "it" THEN TALK "no"
TALK query NOT LIKE "x%"              ' bot: true
