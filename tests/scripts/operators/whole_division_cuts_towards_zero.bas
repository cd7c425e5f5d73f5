TALK -7 \ 2                           ' bot: -3
TALK 7 \ -2                           ' bot: -3
