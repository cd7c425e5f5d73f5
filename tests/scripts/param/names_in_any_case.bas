' Names are alike in any case.
r = CALL "order.bas", {COUNT: 3}
TALK r.count     ' bot: 3
