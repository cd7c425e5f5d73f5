TALK -7 MOD 3                         ' bot: -1
TALK 7 MOD -3                         ' bot: 1
TALK 7.5 MOD 2                        ' bot: 1.5
