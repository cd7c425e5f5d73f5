TALK .5 + 1.5         ' bot: 2
