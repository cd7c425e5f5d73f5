TALK 7 \ 2, " ", 7 MOD 2, " ", 7 % 4  ' bot: 3 1 3
