' A DATE is a date, however it came.
r = CALL "order.bas", {day: "2026-03-31"}
TALK FORMAT(r.day, "DD/MM/YYYY")     ' bot: 31/03/2026
