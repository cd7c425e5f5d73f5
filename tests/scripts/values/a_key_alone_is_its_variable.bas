name = "Ana"
r = {name}
TALK r.name                           ' bot: Ana
