TALK "a", 1, TRUE     ' bot: a1true
