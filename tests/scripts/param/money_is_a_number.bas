' An amount can be reckoned with.
r = CALL "order.bas", {price: "12.50"}
TALK r.price * 2     ' bot: 25
