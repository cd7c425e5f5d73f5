l = [{n: 1, s: "a"}, {n: 5, s: "b"}]
TALK FILTER(l, "n > 2 AND s = 'b'")[0].n             ' bot: 5
