' What may be left out is null.
r = CALL "order.bas", {count: 2}
TALK r.mode IS NULL AND r.day IS NULL     ' bot: true
