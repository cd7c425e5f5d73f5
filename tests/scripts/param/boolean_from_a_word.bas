' yes is true.
r = CALL "order.bas", {gift: "yes"}
TALK r.gift = TRUE     ' bot: true
