TALK [1, "a", NULL, TRUE, [2.0]]      ' bot: [1, a, null, true, [2]]
