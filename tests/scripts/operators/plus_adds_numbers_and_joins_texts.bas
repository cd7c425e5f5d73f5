TALK 1 + 2                            ' bot: 3
TALK "1" + 2                          ' bot: 12
TALK 1 + "2"                          ' bot: 12
