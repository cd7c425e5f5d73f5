TALK (-2) ^ 3                         ' bot: -8
TALK 2 ^ -1                           ' bot: 0.5
