s = "  A,b "
TALK s.trim().lower().split(",").length, " ", s.length, " ", s.contains("A")     ' bot: 2 6 true
