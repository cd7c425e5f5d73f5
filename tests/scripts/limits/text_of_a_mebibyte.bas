s = REPEAT("x", 1048576)
TALK LEN(s) = 1024 * 1024             ' bot: true
HEAR again                            ' user: again
s = REPEAT("x", 1048576)
s = s & again                         ' error: limit
