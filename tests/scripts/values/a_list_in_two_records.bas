a = [1]
r = {x: a}
s = {x: a}
r.x.push(2)
TALK s.x                              ' bot: [1, 2]
