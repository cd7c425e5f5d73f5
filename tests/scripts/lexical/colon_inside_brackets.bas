r = {a: 1, b: 2}: TALK r.b            ' bot: 2
