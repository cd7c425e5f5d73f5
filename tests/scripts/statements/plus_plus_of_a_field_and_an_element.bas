r = {n: 4, list: [7]}
r.n++
r.list[0]--
TALK r.n, " ", r.list[0]     ' bot: 5 6
