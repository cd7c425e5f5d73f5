r = {Name: "Ana"}
TALK KEYS(r)[0]                       ' bot: Name
TALK r.name                           ' bot: Ana
