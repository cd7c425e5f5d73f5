x = NULL
TALK x.name.first IS NULL             ' bot: true
