TALK 1 + 2 & 3                        ' bot: 33
