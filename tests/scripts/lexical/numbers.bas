TALK .5 + 1.5                         ' bot: 2
TALK 1e3                              ' bot: 1000
TALK &HFF                             ' bot: 255
