TALK "10" > 9                         ' bot: true
TALK 5 = "5"                          ' bot: true
