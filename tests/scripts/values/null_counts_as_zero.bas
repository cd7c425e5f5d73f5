TALK NULL + 5                         ' bot: 5
TALK 7 - NULL                         ' bot: 7
TALK NULL * 3                         ' bot: 0
