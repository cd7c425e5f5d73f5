TALK NULL ?? "a"                      ' bot: a
TALK 0 ?? "a"                         ' bot: 0
