' A missing key is null.
TALK RECALL("x") IS NULL, GET BOT MEMORY("x") IS NULL, GET USER MEMORY("x") IS NULL     ' bot: truetruetrue
FORGET "x"
