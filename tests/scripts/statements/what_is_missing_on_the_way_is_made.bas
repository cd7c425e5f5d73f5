r.deep.c[1] = 7
TALK r                                ' bot: {deep: {c: [null, 7]}}
