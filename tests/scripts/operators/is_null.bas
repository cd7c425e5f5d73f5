x = NULL
TALK x IS NULL, " ", x IS NOT NULL    ' bot: true false
