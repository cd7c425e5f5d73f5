TALK 1e3 + 2.5E-1     ' bot: 1000.25
