r = {Name: 1, name: 2}
TALK r.NAME IS NULL                   ' bot: true
TALK r.name                           ' bot: 2
