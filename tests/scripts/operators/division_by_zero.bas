x = 0
TALK 1 / x                            ' error: division-by-zero
