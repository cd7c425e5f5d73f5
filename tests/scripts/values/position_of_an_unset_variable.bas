x = NULL
TALK x[3] IS NULL                     ' bot: true
