TALK LEN(REPEAT("a", 2000000))     ' error: limit
