r = {Name: "Ana"}
TALK r.name                           ' bot: Ana
TALK r["NAME"]                        ' bot: Ana
