TALK 5 MOD 0                          ' error: division-by-zero
