TALK -2 ^ 2                           ' bot: -4
