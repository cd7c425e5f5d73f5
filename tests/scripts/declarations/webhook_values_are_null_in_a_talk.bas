WEBHOOK "orders"
TALK body IS NULL                     ' bot: true
