TALK 1 = 1, " ", 1 = 2                ' bot: true false
