nobody = NULL
TALK COALESCE(nobody, "nobody")       ' bot: nobody
TALK COALESCE("", "empty is a value") + "."   ' bot: .
TALK COALESCE(0, 5)                   ' bot: 0
