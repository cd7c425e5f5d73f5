' Arguments may be given in their order.
r = CALL "order.bas", "fig", 3
TALK r.count, " ", r.fruit     ' bot: 3 fig
