' Arguments may be given by name.
r = CALL "order.bas", {count: 3, fruit: "fig"}
TALK r.count, " ", r.fruit     ' bot: 3 fig
