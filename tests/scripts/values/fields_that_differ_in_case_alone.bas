' What JSON tells apart stays apart: a third spelling means neither of them.
r = FROMJSON("{\"a\": 1, \"A\": 2}")
r.a = r.a + 10
r.A = r.A + 20
TALK r                                ' bot: {a: 11, A: 22}
s = FROMJSON("{\"id\": 1, \"Id\": 2}")
TALK s.ID IS NULL                     ' bot: true
s.ID = 3
TALK s                                ' bot: {id: 1, Id: 2, ID: 3}
