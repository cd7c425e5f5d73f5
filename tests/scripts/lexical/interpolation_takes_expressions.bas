items = ["a", "b"]
TALK "${UCASE(items[1])} of ${COUNT(items) + 1}"     ' bot: B of 3
