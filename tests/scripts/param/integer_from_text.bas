' A text that is a number is one.
r = CALL "order.bas", {count: "12"}
TALK r.count + 1     ' bot: 13
