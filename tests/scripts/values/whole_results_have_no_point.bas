TALK 5.0                              ' bot: 5
TALK 10 / 4                           ' bot: 2.5
TALK 10 / 5                           ' bot: 2
