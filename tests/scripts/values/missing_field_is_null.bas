r = {a: 1}
TALK r.b IS NULL                      ' bot: true
