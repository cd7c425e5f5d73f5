TALK 1 + 2 * 3                        ' bot: 7
TALK (1 + 2) * 3                      ' bot: 9
