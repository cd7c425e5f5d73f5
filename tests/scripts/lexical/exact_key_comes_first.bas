r = {name: "low", NAME: "high"}
TALK r.NAME                           ' bot: high
TALK r.name                           ' bot: low
TALK r.Name IS NULL                   ' bot: true
