' Lists and records come as they are.
r = CALL "order.bas", {items: [1, 2], extra: {a: 3}}
TALK r.items[1] + r.extra.a     ' bot: 5
