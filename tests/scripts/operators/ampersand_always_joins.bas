TALK 1 & 2                            ' bot: 12
