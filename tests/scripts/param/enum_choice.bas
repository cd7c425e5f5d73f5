' ENUM lists the choices as AS does.
r = CALL "order.bas", {mode: "Fast"}
TALK r.mode     ' bot: fast
