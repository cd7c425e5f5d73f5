TALK "a" LIKE REPEAT("a", 1001)       ' error: limit
