TALK 1e15                             ' bot: 1000000000000000
TALK 2.5 * 2                          ' bot: 5
TALK 10 / 4                           ' bot: 2.5
