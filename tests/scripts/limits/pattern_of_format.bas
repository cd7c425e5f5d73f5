TALK FORMAT(1, REPEAT("0", 1001))     ' error: limit
