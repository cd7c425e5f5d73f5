TALK TRUE, " ", FALSE, " [", NULL, NOTHING, "]"      ' bot: true false []
