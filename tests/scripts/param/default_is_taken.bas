' What is not given has its default.
r = CALL "order.bas", {fruit: "fig"}
TALK r.count, " ", r.size     ' bot: 1 small
