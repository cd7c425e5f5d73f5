r = {a: [{b: 1}]}
SET r.a[0].b = 5
TALK r.a[0].b                         ' bot: 5
