INPUT a, b$                           ' user: 3
                                      ' user: 007
TALK a, " ", b$                       ' bot: 3 007
