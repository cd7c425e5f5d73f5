TALK JOIN(MID([5, 6, 7, 8], 1, 2), ",")      ' bot: 6,7
