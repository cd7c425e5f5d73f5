TALK "1" + 1                          ' bot: 11
TALK 1 + "1"                          ' bot: 11
TALK "2" * "3"                        ' bot: 6
