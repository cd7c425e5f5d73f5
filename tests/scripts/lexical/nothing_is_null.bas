x = NOTHING
TALK x IS NULL        ' bot: true
