x = NULL
TALK x.a.b IS NULL                    ' bot: true
