r.a = 1
r["b"] = 2
TALK r.a + r.b                        ' bot: 3
