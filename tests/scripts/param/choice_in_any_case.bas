' A choice is known in any case, and comes as it is written in the script.
r = CALL "order.bas", {size: "LARGE"}
TALK r.size     ' bot: large
