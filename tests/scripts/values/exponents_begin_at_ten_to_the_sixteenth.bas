TALK 1e16                             ' bot: 1e+16
